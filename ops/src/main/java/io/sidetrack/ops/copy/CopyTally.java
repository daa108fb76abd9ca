package io.sidetrack.ops.copy;

import io.sidetrack.ops.copy.PartitionProgress.Landmark;
import io.sidetrack.ops.copy.PartitionProgress.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The counts of a run over all partitions.
 *
 * @param read the number of records that were read
 * @param copied the number of copied records
 * @param copiedBytes their size: keys, values and headers
 * @param refused the number of records that the target has rejected
 * @param first the copied record with the earliest timestamp; empty if there is none
 * @param last the copied record with the latest timestamp; empty if there is none
 * @param refusals the first few rejected records, as lines
 */
public record CopyTally(
        long read,
        long copied,
        long copiedBytes,
        long refused,
        Optional<Position> first,
        Optional<Position> last,
        List<String> refusals) {
    /**
     * A record.
     *
     * @param timestampMs its timestamp, in ms since 1970
     */
    public record Position(int partition, long offset, long timestampMs) {
        private static Position of(int partition, Landmark landmark) {
            return new Position(partition, landmark.offset(), landmark.timestampMs());
        }
    }

    static CopyTally of(String topic, Map<Integer, PartitionProgress> partitions) {
        long read = 0;
        long copied = 0;
        long bytes = 0;
        long refused = 0;
        Optional<Position> first = Optional.empty();
        Optional<Position> last = Optional.empty();
        List<String> refusals = new ArrayList<>();
        for (Map.Entry<Integer, PartitionProgress> one : partitions.entrySet()) {
            int partition = one.getKey();
            PartitionProgress progress = one.getValue();
            read += progress.read();
            copied += progress.copied();
            bytes += progress.copiedBytes();
            refused += progress.refused();
            first = earlier(first, partition, progress.first());
            last = later(last, partition, progress.last());
            for (Refusal refusal : progress.refusals()) {
                if (refusals.size() < PartitionProgress.MAX_REFUSALS) {
                    refusals.add(refusalLine(topic, partition, refusal.offset(), refusal.reason()));
                }
            }
        }
        return new CopyTally(read, copied, bytes, refused, first, last, List.copyOf(refusals));
    }

    private static Optional<Position> earlier(Optional<Position> first, int partition, Landmark other) {
        return other == null
                        || first.filter(found -> found.timestampMs <= other.timestampMs())
                                .isPresent()
                ? first
                : Optional.of(Position.of(partition, other));
    }

    private static Optional<Position> later(Optional<Position> last, int partition, Landmark other) {
        return other == null
                        || last.filter(found -> found.timestampMs > other.timestampMs())
                                .isPresent()
                ? last
                : Optional.of(Position.of(partition, other));
    }

    static String refusalLine(String topic, int partition, long offset, String reason) {
        return "%s, partition %d, offset %d: %s".formatted(topic, partition, offset, reason);
    }
}
