package io.sidetrack.router.batch;

import io.sidetrack.common.poll.BoundedStreamsConsumer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.consumer.internals.AsyncKafkaConsumer;
import org.apache.kafka.clients.consumer.internals.StreamsRebalanceData;

/**
 * The consumer of a stream thread where Streams creates it itself ({@code group.protocol=streams}). The wrapper is an internal
 * extension point of Streams; tests with both group protocols verify that it works.
 */
public final class RangedConsumer extends BoundedStreamsConsumer {
    private SourceRange range;

    @Override
    public void wrapConsumer(
            AsyncKafkaConsumer<byte[], byte[]> created,
            Map<String, Object> config,
            Optional<StreamsRebalanceData> streamsRebalanceData) {
        super.wrapConsumer(created, config, streamsRebalanceData);
        range = SourceRange.in(config);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        try {
            return super.poll(timeout);
        } catch (OffsetOutOfRangeException e) {
            range.seek(this, e);
            return ConsumerRecords.empty();
        }
    }
}
