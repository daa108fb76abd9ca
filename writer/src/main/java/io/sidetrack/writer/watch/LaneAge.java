package io.sidetrack.writer.watch;

import io.sidetrack.writer.share.PartitionOffsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * How long the oldest uncommitted record of this instance's partitions has been in the lane, by its timestamp there: the time of its
 * arrival in a lane with LogAppendTime. A record is looked up only once for each commit. {@link #update} is for one thread, the other
 * methods for any.
 */
public final class LaneAge {
    private static final long NOTHING = Long.MAX_VALUE;
    private static final long UNKNOWN = Long.MIN_VALUE;

    private final RecordTimes times;
    private final LongSupplier clockMs;

    /** By partition; only partitions that have a lag. */
    private final Map<Integer, Oldest> known = new HashMap<>();
    /** The timestamp of the oldest record, {@link #NOTHING} or {@link #UNKNOWN}. */
    private volatile long oldestMs = UNKNOWN;

    /** Looks up records in the lane. */
    @FunctionalInterface
    public interface RecordTimes {
        /**
         * Reads the timestamps of records. Bounded in time.
         *
         * @param partitions by partition, from where to read to where
         * @return by partition, the timestamp of the first record between the two, in ms since 1970; empty if there are only
         *     transaction markers and aborted records. A partition that was not reached in time is missing
         * @throws org.apache.kafka.common.KafkaException if the lane cannot be read
         */
        Map<Integer, OptionalLong> read(Map<Integer, PartitionOffsets> partitions) throws InterruptedException;
    }

    /** @param firstMs as {@link RecordTimes#read} returns it */
    private record Oldest(PartitionOffsets offsets, OptionalLong firstMs) {
        /** The first record remains the same until it is committed, but new ones can follow markers. */
        boolean holds(PartitionOffsets now) {
            return now.committed() == offsets.committed() && (firstMs.isPresent() || now.end() == offsets.end());
        }
    }

    /** @param clockMs the time in ms since 1970 */
    public LaneAge(RecordTimes times, LongSupplier clockMs) {
        this.times = times;
        this.clockMs = clockMs;
    }

    /**
     * Looks up the records that have become the oldest of their partitions.
     *
     * @param partitions the current offsets of all partitions that this instance owns
     * @throws org.apache.kafka.common.KafkaException if the lane cannot be read; the age is unknown then
     */
    void update(Map<Integer, PartitionOffsets> partitions) throws InterruptedException {
        known.entrySet().removeIf(entry -> {
            PartitionOffsets now = partitions.get(entry.getKey());
            return now == null || now.lag() == 0 || !entry.getValue().holds(now);
        });
        Map<Integer, PartitionOffsets> wanted = new HashMap<>();
        partitions.forEach((partition, offsets) -> {
            if (offsets.lag() > 0 && !known.containsKey(partition)) {
                wanted.put(partition, offsets);
            }
        });
        if (!wanted.isEmpty()) {
            boolean done = false;
            try {
                Map<Integer, OptionalLong> read = times.read(wanted);
                read.forEach((partition, firstMs) -> known.put(partition, new Oldest(wanted.get(partition), firstMs)));
                done = read.keySet().containsAll(wanted.keySet());
            } finally {
                if (!done) {
                    unknown();
                }
            }
            if (!done) {
                return;
            }
        }
        oldestMs = known.values().stream()
                .filter(oldest -> oldest.firstMs.isPresent())
                .mapToLong(oldest -> oldest.firstMs.getAsLong())
                .min()
                .orElse(NOTHING);
    }

    /** Forgets the age until the next update. */
    void unknown() {
        oldestMs = UNKNOWN;
    }

    /** The age in seconds; 0 if every record is committed, NaN while it is unknown. */
    public double seconds() {
        long oldest = oldestMs;
        if (oldest == UNKNOWN) {
            return Double.NaN;
        }
        return oldest == NOTHING ? 0 : Math.max(0, clockMs.getAsLong() - oldest) / 1000.0;
    }
}
