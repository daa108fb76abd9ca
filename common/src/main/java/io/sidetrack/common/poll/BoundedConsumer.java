package io.sidetrack.common.poll;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The consumer of a stream thread. Its configuration has {@link PollLimit#CONFIG}. */
public class BoundedConsumer extends KafkaConsumer<byte[], byte[]> {
    private final PollLimit limit;
    private final Unlimited unlimited = new Unlimited();

    public BoundedConsumer(Map<String, Object> config) {
        this(config, PollLimit.in(config));
    }

    private BoundedConsumer(Map<String, Object> config, PollLimit limit) {
        super(config, limit.deserializer(), limit.deserializer());
        this.limit = limit;
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
            return BoundedConsumer.super.poll(timeout);
        }

        @Override
        public Set<TopicPartition> assignment() {
            return BoundedConsumer.super.assignment();
        }

        @Override
        public Set<TopicPartition> paused() {
            return BoundedConsumer.super.paused();
        }

        @Override
        public void pause(Collection<TopicPartition> partitions) {
            BoundedConsumer.super.pause(partitions);
        }

        @Override
        public void resume(Collection<TopicPartition> partitions) {
            BoundedConsumer.super.resume(partitions);
        }
    }
}
