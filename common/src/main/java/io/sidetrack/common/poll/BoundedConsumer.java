package io.sidetrack.common.poll;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The consumer of a stream thread, with a {@link PollLimit}. Its configuration contains {@link PollLimit#CONFIG}. */
public class BoundedConsumer extends KafkaConsumer<byte[], byte[]> {
    private final PollLimit limit;
    private final UnlimitedConsumer unlimited =
            new UnlimitedConsumer(super::poll, super::assignment, super::paused, super::pause, super::resume);

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
}
