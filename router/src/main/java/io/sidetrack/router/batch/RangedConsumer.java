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
 * The consumer of a stream thread where Streams makes it itself ({@code group.protocol=streams}). This wrapper is an internal
 * switch of Streams; a test in both protocols watches that it works.
 */
public final class RangedConsumer extends BoundedStreamsConsumer {
    private SourceRange range;

    @Override
    public void wrapConsumer(
            AsyncKafkaConsumer<byte[], byte[]> made,
            Map<String, Object> config,
            Optional<StreamsRebalanceData> streamsRebalanceData) {
        super.wrapConsumer(made, config, streamsRebalanceData);
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
