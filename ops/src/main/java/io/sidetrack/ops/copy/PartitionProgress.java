package io.sidetrack.ops.copy;

import io.sidetrack.ops.cluster.RecordBytes;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * How far one partition of a run is, as the journal records it.
 *
 * @param run the number of the run; progress of another run has no meaning
 * @param next the first offset that is neither copied, refused nor passed over
 * @param read the number of records that were read
 * @param copied the number of copied records
 * @param copiedBytes their size: keys, values and headers
 * @param refused the number of records that the target has rejected
 * @param first the copied record with the earliest timestamp; null if there is none
 * @param last the copied record with the latest timestamp; null if there is none
 * @param refusals the first few rejected records
 */
public record PartitionProgress(
        long run,
        long next,
        long read,
        long copied,
        long copiedBytes,
        long refused,
        Landmark first,
        Landmark last,
        List<Refusal> refusals) {
    static final int MAX_REFUSALS = 20;

    /**
     * A copied record.
     *
     * @param timestampMs its timestamp in the source, in ms since 1970
     */
    public record Landmark(long offset, long timestampMs) {}

    /**
     * A record that the target has rejected.
     *
     * @param reason for messages; contains no part of the record
     */
    public record Refusal(long offset, String reason) {}

    /** @throws IllegalArgumentException if something is missing or negative */
    public PartitionProgress {
        if (run < 1 || next < 0 || read < 0 || copied < 0 || copiedBytes < 0 || refused < 0 || refusals == null) {
            throw new IllegalArgumentException("incomplete");
        }
        refusals = List.copyOf(refusals);
    }

    /** The progress of a partition that has not been read. */
    static PartitionProgress begin(long run, long start) {
        return new PartitionProgress(run, start, 0, 0, 0, 0, null, null, List.of());
    }

    /**
     * The progress after records that are not copied.
     *
     * @param after the offset after them
     * @param records their number
     */
    PartitionProgress passed(long after, long records) {
        return new PartitionProgress(
                run, Math.max(next, after), read + records, copied, copiedBytes, refused, first, last, refusals);
    }

    /**
     * The progress after a copied record.
     *
     * @param before the number of records before it that were not copied
     */
    PartitionProgress copied(ConsumerRecord<byte[], byte[]> source, long before) {
        Landmark here = new Landmark(source.offset(), source.timestamp());
        return new PartitionProgress(
                run,
                source.offset() + 1,
                read + before + 1,
                copied + 1,
                copiedBytes + RecordBytes.of(source),
                refused,
                first == null || here.timestampMs < first.timestampMs ? here : first,
                last == null || here.timestampMs >= last.timestampMs ? here : last,
                refusals);
    }

    /**
     * The progress after a record that the target has rejected.
     *
     * @param before the number of records before it that were not copied
     */
    PartitionProgress refused(ConsumerRecord<byte[], byte[]> source, long before, String reason) {
        List<Refusal> all = new ArrayList<>(refusals);
        if (all.size() < MAX_REFUSALS) {
            all.add(new Refusal(source.offset(), reason));
        }
        return new PartitionProgress(
                run, source.offset() + 1, read + before + 1, copied, copiedBytes, refused + 1, first, last, all);
    }
}
