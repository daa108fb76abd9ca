package io.sidetrack.mapping.item;

import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import java.math.BigDecimal;
import java.util.List;
import java.util.OptionalLong;

/**
 * Uses a record's original timestamp, in milliseconds, as its version. The router keeps the original timestamp in a header;
 * a record without this header did not pass the router, and its own timestamp is used.
 */
public final class TimestampVersion implements VersionSource {
    private final FutureLimit limit;

    /** Accepts any time. */
    public TimestampVersion() {
        this(FutureLimit.NONE);
    }

    private TimestampVersion(FutureLimit limit) {
        this.limit = limit;
    }

    @Override
    public VersionSource within(FutureLimit other) {
        return new TimestampVersion(other);
    }

    @Override
    public BigDecimal number(SourceRecord source) throws RejectedException {
        return limit.require(BigDecimal.valueOf(timestampMs(source)));
    }

    private static long timestampMs(SourceRecord source) {
        List<RecordHeader> headers = source.headers();
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).key().equals(OriginalTimestamp.HEADER)) {
                OptionalLong original = OriginalTimestamp.parse(headers.get(i).value());
                return original.orElse(source.timestampMs());
            }
        }
        return source.timestampMs();
    }
}
