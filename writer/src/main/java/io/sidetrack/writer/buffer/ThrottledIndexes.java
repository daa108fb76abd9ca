package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.IndexEntries;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The secondary indexes that have throttled a write in the last minutes, for all threads together. DynamoDB names the
 * index only if it throttles a whole call; later, an item of that index which is not processed is assumed to be throttled by
 * it. Thread-safe. Times are in nanoseconds of one monotonic clock.
 */
public final class ThrottledIndexes {
    /** How long an index counts as throttled: longer than the usual time between two probes of a {@link WriteBudget}. */
    static final long HOLD_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final List<String> names;
    /** Until when each index counts as throttled. */
    private final AtomicLongArray untilNanos;

    /** Whether any index was ever throttled; most are not, and nothing else is read then. */
    private volatile boolean any;

    /** @param names of the table's indexes, in the order of their {@link IndexEntries#bit} */
    public ThrottledIndexes(List<String> names) {
        this.names = List.copyOf(names);
        this.untilNanos = new AtomicLongArray(names.size());
    }

    /** Returns the indexes of a table that has none. */
    public static ThrottledIndexes none() {
        return new ThrottledIndexes(List.of());
    }

    /** An index throttled a write. Has no effect if the index was created after the writer started. */
    public void throttled(String name, long nowNanos) {
        int index = names.indexOf(name);
        if (index >= 0) {
            untilNanos.set(index, nowNanos + HOLD_NANOS);
            any = true;
        }
    }

    /** Returns the {@link IndexEntries#bit} of each index that counts as throttled. */
    long mask(long nowNanos) {
        if (!any) {
            return 0;
        }
        long mask = 0;
        for (int index = 0; index < names.size(); index++) {
            long until = untilNanos.get(index);
            mask |= until != 0 && until - nowNanos > 0 ? IndexEntries.bit(index) : 0;
        }
        return mask;
    }
}
