package io.sidetrack.writer.watch;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.share.PartitionOffsets;
import io.sidetrack.writer.thread.ThreadWriters;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * The lag of this instance's commits behind the ends of its partitions, read from the brokers. The consumer's own lag
 * metrics do not change while the topology is paused, which is when an operator needs them. {@link #run} is for one thread,
 * the other methods for any.
 */
public final class LaneLag implements Runnable {
    private static final String PROBLEM = "the lag cannot be read from the brokers";

    private final LaneOffsets offsets;
    private final ThreadWriters writers;
    private final ProblemLog problems;
    private final LongSupplier nanoClock;

    /** By partition. */
    private final Map<Integer, Long> lastCommitted = new HashMap<>();

    private volatile double lag = Double.NaN;
    private volatile long committedNanos;

    public LaneLag(LaneOffsets offsets, ThreadWriters writers, ProblemLog problems, LongSupplier nanoClock) {
        this.offsets = offsets;
        this.writers = writers;
        this.problems = problems;
        this.nanoClock = nanoClock;
        this.committedNanos = nanoClock.getAsLong();
    }

    /** Reads the offsets from the brokers. */
    @Override
    public void run() {
        try {
            lag = sum(offsets.read(writers.partitions()));
            if (lag == 0) {
                committedNanos = nanoClock.getAsLong();
            }
        } catch (ExecutionException | TimeoutException e) {
            lag = Double.NaN;
            Throwable cause = e.getCause() == null ? e : e.getCause();
            problems.report(
                    PROBLEM,
                    "%s: %s (%s); the writer continues, but its lag is unknown"
                            .formatted(
                                    offsets.topic(), PROBLEM, cause.getClass().getSimpleName()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
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

    /** Seconds since the last observed commit; 0 while everything is committed. */
    public double secondsSinceCommit() {
        return lag == 0 ? 0 : (nanoClock.getAsLong() - committedNanos) / 1e9;
    }
}
