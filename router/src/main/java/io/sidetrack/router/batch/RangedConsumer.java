package io.sidetrack.router.batch;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.consumer.internals.AsyncKafkaConsumer;
import org.apache.kafka.clients.consumer.internals.StreamsRebalanceData;
import org.apache.kafka.streams.internals.ConsumerWrapper;

/**
 * The consumer of a stream thread where Streams makes it itself ({@code group.protocol=streams}). This wrapper is an internal
 * switch of Streams; a test in both protocols watches that it works.
 */
public final class RangedConsumer extends ConsumerWrapper {
    private SourceRange range;

    @Override
    public void wrapConsumer(
            AsyncKafkaConsumer<byte[], byte[]> delegate,
            Map<String, Object> config,
            Optional<StreamsRebalanceData> streamsRebalanceData) {
        super.wrapConsumer(delegate, config, streamsRebalanceData);
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
