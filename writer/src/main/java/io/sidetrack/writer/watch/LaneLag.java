package io.sidetrack.writer.watch;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.share.PartitionOffsets;
import io.sidetrack.writer.thread.ThreadWriters;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;

/**
 * The lag of this instance's commits behind the ends of its partitions, read from the brokers. The consumer's own lag
 * metrics do not change while the topology is paused, which is when an operator needs them. {@link #run} is for one thread,
 * the other methods for any.
 */
public final class LaneLag implements Runnable {
    private static final String PROBLEM = "the lag cannot be read from the brokers";
    private static final String AGE_PROBLEM = "the oldest record of the lag cannot be read from the brokers";

    private final LaneOffsets offsets;
    private final LaneAge age;
    private final ThreadWriters writers;
    private final ProblemLog problems;
    private final LongSupplier nanoClock;

    /** By partition. */
    private final Map<Integer, Long> lastCommitted = new HashMap<>();

    private volatile double lag = Double.NaN;
    private volatile long committedNanos;

    public LaneLag(
            LaneOffsets offsets, LaneAge age, ThreadWriters writers, ProblemLog problems, LongSupplier nanoClock) {
        this.offsets = offsets;
        this.age = age;
        this.writers = writers;
        this.problems = problems;
        this.nanoClock = nanoClock;
        this.committedNanos = nanoClock.getAsLong();
    }

    /** Reads the offsets from the brokers. */
    @Override
    public void run() {
        try {
            Map<Integer, PartitionOffsets> partitions = offsets.read(writers.partitions());
            lag = sum(partitions);
            if (lag == 0) {
                committedNanos = nanoClock.getAsLong();
            }
            age.update(partitions);
        } catch (ExecutionException | TimeoutException e) {
            lag = Double.NaN;
            age.unknown();
            report(PROBLEM, e.getCause() == null ? e : e.getCause());
        } catch (KafkaException e) {
            report(AGE_PROBLEM, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(String problem, Throwable cause) {
        problems.report(
                problem,
                "%s: %s (%s); the writer continues, but its lag is unknown"
                        .formatted(offsets.topic(), problem, cause.getClass().getSimpleName()));
    }

    private double sum(Map<Integer, PartitionOffsets> partitions) {
        long sum = 0;
        for (Map.Entry<Integer, PartitionOffsets> partition : partitions.entrySet()) {
            long from = partition.getValue().committed();
            sum += partition.getValue().lag();
            Long before = lastCommitted.put(partition.getKey(), from);
            if (before != null && from > before) {
                committedNanos = nanoClock.getAsLong();
            }
        }
        return sum;
    }

    /**
     * Offsets between the commits and the ends of this instance's partitions, transaction markers included; NaN while
     * unknown.
     */
    public double records() {
        return lag;
    }

    /** As {@link LaneAge#seconds}. */
    public double seconds() {
        return age.seconds();
    }

    /** Seconds since the last observed commit; 0 while everything is committed. */
    public double secondsSinceCommit() {
        return lag == 0 ? 0 : (nanoClock.getAsLong() - committedNanos) / 1e9;
    }
}
