package io.sidetrack.writer.watch;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.thread.ThreadWriters;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;

/**
 * The lag of this instance's commits behind the ends of its partitions, read from the brokers. The consumer's own lag
 * metrics do not change while the topology is paused, which is when an operator needs them. {@link #run} is for one thread,
 * the other methods for any.
 */
public final class LaneLag implements Runnable {
    private static final String PROBLEM = "the lag cannot be read from the brokers";

    private final Admin admin;
    private final String topic;
    private final String group;
    private final ThreadWriters writers;
    private final Duration limit;
    private final ProblemLog problems;
    private final LongSupplier nanoClock;

    private final Map<TopicPartition, Long> lastCommitted = new HashMap<>();
    private volatile double lag = Double.NaN;
    private volatile long committedNanos;

    /**
     * @param admin not closed by this class
     * @param limit the time limit of a call
     */
    public LaneLag(
            Admin admin,
            String topic,
            String group,
            ThreadWriters writers,
            Duration limit,
            ProblemLog problems,
            LongSupplier nanoClock) {
        this.admin = admin;
        this.topic = topic;
        this.group = group;
        this.writers = writers;
        this.limit = limit;
        this.problems = problems;
        this.nanoClock = nanoClock;
        this.committedNanos = nanoClock.getAsLong();
    }

    /** Reads the offsets from the brokers. */
    @Override
    public void run() {
        Set<TopicPartition> partitions = new HashSet<>();
        writers.partitions().forEach(partition -> partitions.add(new TopicPartition(topic, partition)));
        try {
            lag = partitions.isEmpty() ? 0 : measure(partitions);
            if (lag == 0) {
                committedNanos = nanoClock.getAsLong();
            }
        } catch (ExecutionException | TimeoutException e) {
            lag = Double.NaN;
            Throwable cause = e.getCause() == null ? e : e.getCause();
            problems.report(
                    PROBLEM,
                    "%s: %s (%s); the writer continues, but its lag is unknown"
                            .formatted(topic, PROBLEM, cause.getClass().getSimpleName()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private double measure(Set<TopicPartition> partitions)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetAndMetadata> committed = result(admin.listConsumerGroupOffsets(
                        Map.of(group, new ListConsumerGroupOffsetsSpec().topicPartitions(partitions)))
                .partitionsToOffsetAndMetadata(group));
        Map<TopicPartition, Long> ends = offsets(partitions, OffsetSpec.latest());
        Set<TopicPartition> uncommitted = new HashSet<>(partitions);
        uncommitted.removeIf(partition -> committed.get(partition) != null);
        Map<TopicPartition, Long> starts =
                uncommitted.isEmpty() ? Map.of() : offsets(uncommitted, OffsetSpec.earliest());
        long sum = 0;
        for (TopicPartition partition : partitions) {
            OffsetAndMetadata position = committed.get(partition);
            long from = position == null ? starts.get(partition) : position.offset();
            sum += Math.max(0, ends.get(partition) - from);
            Long before = lastCommitted.put(partition, from);
            if (before != null && from > before) {
                committedNanos = nanoClock.getAsLong();
            }
        }
        return sum;
    }

    private Map<TopicPartition, Long> offsets(Set<TopicPartition> partitions, OffsetSpec which)
            throws ExecutionException, TimeoutException, InterruptedException {
        Map<TopicPartition, OffsetSpec> request = new HashMap<>();
        partitions.forEach(partition -> request.put(partition, which));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        result(admin.listOffsets(request, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                        .all())
                .forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }

    private <T> T result(KafkaFuture<T> future) throws ExecutionException, TimeoutException, InterruptedException {
        return future.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Offsets between the commits and the ends of this instance's partitions, transaction markers included; NaN while
     * unknown.
     */
    public double records() {
        return lag;
    }

    /** Seconds since the last observed commit; 0 while everything is committed. */
    public double secondsSinceCommit() {
        return lag == 0 ? 0 : (nanoClock.getAsLong() - committedNanos) / 1e9;
    }
}
