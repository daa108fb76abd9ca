package io.sidetrack.common.poll;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.internals.AsyncKafkaConsumer;
import org.apache.kafka.clients.consumer.internals.StreamsRebalanceData;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.internals.ConsumerWrapper;

/**
 * The consumer of a stream thread where Streams makes it itself ({@code group.protocol=streams}). This wrapper is an internal
 * switch of Streams. Its configuration has {@link PollLimit#CONFIG}.
 */
public class BoundedStreamsConsumer extends ConsumerWrapper {
    private PollLimit limit;
    private Unlimited unlimited;

    /** Replaces the consumer by one with other deserializers: those of a consumer cannot be changed. */
    @Override
    public void wrapConsumer(
            AsyncKafkaConsumer<byte[], byte[]> made,
            Map<String, Object> config,
            Optional<StreamsRebalanceData> streamsRebalanceData) {
        // First: both have the same client id, and so the same name among the JVM's beans.
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
        unlimited = new Unlimited();
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

    private final class Unlimited implements PollLimit.Unlimited {
        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
            return delegate.poll(timeout);
        }

        @Override
        public Set<TopicPartition> assignment() {
            return delegate.assignment();
        }

        @Override
        public Set<TopicPartition> paused() {
            return delegate.paused();
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            delegate.pause(partitions);
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            delegate.resume(partitions);
        }
    }
}
