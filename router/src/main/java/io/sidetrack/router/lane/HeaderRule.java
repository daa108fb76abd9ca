package io.sidetrack.router.lane;

import org.apache.kafka.common.header.Header;

/**
 * Leaves the choice to the producer: a record with the header goes to the backfill lane, or to the live lane if the header's
 * value is {@code false} or {@code 0}. Any other value names the backfill. If a record has the header more than once, the last
 * one counts, as everywhere in Kafka.
 */
public final class HeaderRule implements Rule {
    /** The name of this rule. */
    public static final String NAME = "header";

    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    /** Longer values count as names without a closer look, so that a megabyte costs no time. */
    private static final int LONGEST_NEGATION = 16;

    private final String header;

    /** @param header the name of the header, matched exactly */
    public HeaderRule(String header) {
        this.header = header;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Decision decide(Arrival record) {
        Header last = record.headers().lastHeader(header);
        if (last == null) {
            return Decision.NONE;
        }
        return isNegation(last.value()) ? Decision.LIVE : Decision.BACKFILL;
    }

    /** Compares bytes instead of decoding text, because it runs for every record of a backfill. */
    private static boolean isNegation(byte[] value) {
        if (value == null || value.length > LONGEST_NEGATION) {
            return false;
        }
        int from = 0;
        int to = value.length;
        while (from < to && value[from] >= 0 && value[from] <= ' ') {
            from++;
        }
        while (to > from && value[to - 1] >= 0 && value[to - 1] <= ' ') {
            to--;
        }
        return (to - from == 1 && value[from] == '0') || (to - from == FALSE.length && isFalse(value, from));
    }

    private static boolean isFalse(byte[] value, int from) {
        for (int i = 0; i < FALSE.length; i++) {
            // This bit turns an ASCII capital into its lower-case form.
            if ((value[from + i] | 0x20) != FALSE[i]) {
                return false;
            }
        }
        return true;
    }
}
