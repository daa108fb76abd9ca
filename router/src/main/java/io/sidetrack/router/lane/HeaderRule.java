package io.sidetrack.router.lane;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * The producer says: a record with the header is part of a backfill, unless the header's value is {@code false} or
 * {@code 0}; then it is live, expressly. Any other value names the backfill. Of several headers of the name the last one
 * counts, as everywhere in Kafka.
 */
public final class HeaderRule implements Rule {
    private static final Set<String> NO = Set.of("false", "0");
    /** No longer value can mean no, however much white space is around it, so no longer one is looked at. */
    private static final int LONGEST_NO = 16;

    private final String header;

    /** @param header its name, matched exactly */
    public HeaderRule(String header) {
        this.header = header;
    }

    @Override
    public String name() {
        return "header";
    }

    @Override
    public Optional<Lane> lane(Headers headers) {
        Header last = headers.lastHeader(header);
        if (last == null) {
            return Optional.empty();
        }
        return Optional.of(saysNo(last.value()) ? Lane.LIVE : Lane.BACKFILL);
    }

    private static boolean saysNo(byte[] value) {
        // Every byte is a character of this charset, so nothing that is not text can fail to decode.
        return value != null
                && value.length <= LONGEST_NO
                && NO.contains(new String(value, ISO_8859_1).trim().toLowerCase(Locale.ROOT));
    }
}
