package io.sidetrack.router.lane;

import org.apache.kafka.common.header.Header;

/**
 * The producer says: a record with the header is part of a backfill, unless the header's value is {@code false} or
 * {@code 0}; then it is live, expressly. Any other value names the backfill. Of several headers of the name the last one
 * counts, as everywhere in Kafka.
 */
public final class HeaderRule implements Rule {
    /** What the rule is called. */
    public static final String NAME = "header";

    private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};
    /** No longer value can mean no, however much white space is around it, so no longer one is looked at. */
    private static final int LONGEST_NO = 16;

    private final String header;

    /** @param header its name, matched exactly */
    public HeaderRule(String header) {
        this.header = header;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Opinion opinion(Arrival record) {
        Header last = record.headers().lastHeader(header);
        if (last == null) {
            return Opinion.NONE;
        }
        return saysNo(last.value()) ? Opinion.LIVE : Opinion.BACKFILL;
    }

    /** Byte by byte, because it is done for every record of a backfill. */
    private static boolean saysNo(byte[] value) {
        if (value == null || value.length > LONGEST_NO) {
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
            // The bit that makes a capital letter of ASCII a small one.
            if ((value[from + i] | 0x20) != FALSE[i]) {
                return false;
            }
        }
        return true;
    }
}
