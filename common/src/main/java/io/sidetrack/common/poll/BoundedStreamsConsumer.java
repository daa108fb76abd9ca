package io.sidetrack.common.poll;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.internals.AsyncKafkaConsumer;
import org.apache.kafka.clients.consumer.internals.StreamsRebalanceData;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.internals.ConsumerWrapper;

/**
 * The consumer of a stream thread, with a {@link PollLimit}, where Streams creates the consumer itself
 * ({@code group.protocol=streams}). The wrapper is an internal extension point of Streams. Its configuration contains
 * {@link PollLimit#CONFIG}.
 */
public class BoundedStreamsConsumer extends ConsumerWrapper {
    private PollLimit limit;
    private UnlimitedConsumer unlimited;

    /** Replaces the consumer with one that has other deserializers: those of an existing consumer cannot be changed. */
    @Override
    public void wrapConsumer(
            AsyncKafkaConsumer<byte[], byte[]> made,
            Map<String, Object> config,
            Optional<StreamsRebalanceData> streamsRebalanceData) {
        // Closed before the other one is created: both have the same client id, and so the same MBean name.
        made.close(CloseOptions.timeout(Duration.ZERO));
        limit = PollLimit.in(config);
        Deserializer<byte[]> deserializer = limit.deserializer();
        super.wrapConsumer(
                new AsyncKafkaConsumer<>(
                        new ConsumerConfig(
                                ConsumerConfig.appendDeserializerToConfig(config, deserializer, deserializer)),
                        deserializer,
                        deserializer,
                        streamsRebalanceData),
                config,
                streamsRebalanceData);
        unlimited = new UnlimitedConsumer(
                delegate::poll, delegate::assignment, delegate::paused, delegate::pause, delegate::resume);
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
        return limit.poll(unlimited, timeout);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
        limit.pausedByStreams(partitions);
        super.pause(partitions);
    }
}
