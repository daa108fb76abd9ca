package io.sidetrack.common.poll;

import java.time.Duration;
import java.util.Collection;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;

/** The calls of a consumer that a {@link PollLimit} needs, without the limit. Each is the consumer's method of that name. */
record UnlimitedConsumer(
        Function<Duration, ConsumerRecords<byte[], byte[]>> poll,
        Supplier<Set<TopicPartition>> assignment,
        Supplier<Set<TopicPartition>> paused,
        Consumer<Collection<TopicPartition>> pause,
        Consumer<Collection<TopicPartition>> resume) {}
