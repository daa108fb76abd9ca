package io.sidetrack.writer.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import java.util.Arrays;
import java.util.List;

/** Batches of parked records for tests. */
public final class ParkedBatches {
    private ParkedBatches() {}

    /** A batch of small records with these offsets. */
    public static ParkedBatch of(int partition, long... offsets) {
        return of(
                partition,
                Arrays.stream(offsets)
                        .mapToObj(offset -> source(partition, offset, List.of()))
                        .toList());
    }

    /** A batch of these records. */
    public static ParkedBatch of(int partition, List<SourceRecord> records) {
        return new ParkedBatch(
                partition,
                records.stream().map(record -> new ParkedRecord(record, 0)).toList());
    }

    /** A record of the lane, with a key of a few bytes and its offset as value. */
    public static SourceRecord source(int partition, long offset, List<RecordHeader> headers) {
        return new SourceRecord(
                Records.TOPIC,
                partition,
                offset,
                1234,
                "key".getBytes(UTF_8),
                Long.toString(offset).getBytes(UTF_8),
                headers);
    }

    /** Marks a batch, as the loss of its partition does. */
    public static ParkedBatch abandoned(ParkedBatch batch) {
        batch.abandon();
        return batch;
    }
}
