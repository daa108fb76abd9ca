package io.sidetrack.router.batch;

import io.sidetrack.common.poll.BoundedConsumer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/** The consumer of a stream thread. A poll returns one record for each partition, which stands for all of its records. */
final class BatchConsumer extends BoundedConsumer {
    private final SourceRange range;

    BatchConsumer(Map<String, Object> config) {
        super(config);
        this.range = SourceRange.in(config);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        ConsumerRecords<byte[], byte[]> polled;
        try {
            polled = super.poll(timeout);
        } catch (OffsetOutOfRangeException e) {
            range.seek(this, e);
            return ConsumerRecords.empty();
        }
        if (polled.isEmpty()) {
            return polled;
        }
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> batches = new HashMap<>();
        for (TopicPartition partition : polled.partitions()) {
            batches.put(partition, List.of(RecordBatch.of(polled.records(partition))));
        }
        return new ConsumerRecords<>(batches, polled.nextOffsets());
    }
}
