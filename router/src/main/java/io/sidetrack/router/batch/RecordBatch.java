package io.sidetrack.router.batch;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/**
 * A poll's records of one partition, as a header of the record that stands for them in Streams: only headers pass through
 * Streams unchanged. No producer can forge one, because a header that comes from a topic is never of this class.
 */
public final class RecordBatch implements Header {
    private static final String NAME = "sidetrack-batch";

    private final List<ConsumerRecord<byte[], byte[]>> records;

    private RecordBatch(List<ConsumerRecord<byte[], byte[]>> records) {
        this.records = records;
    }

    /**
     * One record that stands for all. It has the offset of the first: Streams commits that offset while the record waits to be
     * processed, and then the consumer's position, or the offset of the next waiting record.
     */
    static ConsumerRecord<byte[], byte[]> of(List<ConsumerRecord<byte[], byte[]>> records) {
        ConsumerRecord<byte[], byte[]> first = records.get(0);
        RecordHeaders headers = new RecordHeaders();
        headers.add(new RecordBatch(records));
        return new ConsumerRecord<>(
                first.topic(),
                first.partition(),
                first.offset(),
                Math.max(0, first.timestamp()),
                TimestampType.CREATE_TIME,
                0,
                0,
                new byte[0],
                new byte[0],
                headers,
                first.leaderEpoch());
    }

    /** The records that a record stands for; empty if it stands only for itself. */
    public static Optional<List<ConsumerRecord<byte[], byte[]>>> in(Headers headers) {
        return headers.lastHeader(NAME) instanceof RecordBatch batch ? Optional.of(batch.records) : Optional.empty();
    }

    @Override
    public String key() {
        return NAME;
    }

    @Override
    public byte[] value() {
        return new byte[0];
    }
}
