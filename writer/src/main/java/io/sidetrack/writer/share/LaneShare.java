package io.sidetrack.writer.share;

import java.time.Duration;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Calculates an instance's {@link Share} of its lane. Every partition has an equal part of the lane's write units, which belongs
 * to the instance that owns the partition: from a moment after it was opened until it is closed, so that the parts of two
 * instances never overlap.
 *
 * <p>If the lane lends, {@link #LENT} of an idle partition's part goes to the partitions that have a backlog, in equal parts. An
 * instance borrows only for partitions that every instance counts as not idle (see {@link BacklogHistory}), so that all
 * borrowers of a partition's part together borrow it at most once. Its owner keeps the rest, to begin with when records
 * arrive.
 *
 * <p>Thread-safe. Times are in nanoseconds of one monotonic clock.
 */
public final class LaneShare {
    /** The part of an idle partition's write units that others may use. */
    static final double LENT = 0.95;
    /**
     * The time from opening a partition until its part counts. Meanwhile, the part repays what the previous owner has overdrawn,
     * and the calls that a killed owner had in flight.
     */
    static final Duration HANDOVER = Duration.ofSeconds(1);
    /** The interval at which the number of partitions must be updated. */
    public static final Duration COUNT_INTERVAL = Duration.ofSeconds(10);
    /** The same as {@link #HANDOVER} for partitions that were added to the lane: until all instances know their number. */
    static final Duration ADDED_HANDOVER = COUNT_INTERVAL.multipliedBy(2);
    /** The interval at which samples should be taken if {@link #needsSamples}. */
    public static final Duration SAMPLE_INTERVAL = BacklogHistory.INTERVAL;

    private final boolean lends;
    private final Listener listener;
    private final BacklogHistory history = new BacklogHistory();
    /** By the task that has opened it; two tasks can have opened the same partition while threads are replaced. */
    private final IdentityHashMap<Object, OpenPartition> open = new IdentityHashMap<>();

    private final int initialPartitions;
    private int partitions;

    private record OpenPartition(int number, long countsFromNanos) {}

    /** Receives each new share, one at a time; must not call back. */
    public interface Listener {
        void changed(Share share, long nowNanos);
    }

    /**
     * @param partitions the number of the lane's partitions, 1 or more
     * @param lends whether idle partitions lend their part
     */
    public LaneShare(int partitions, boolean lends, Listener listener) {
        this.partitions = partitions;
        this.initialPartitions = partitions;
        this.lends = lends;
        this.listener = listener;
    }

    /** A share that is always the whole lane. */
    public static LaneShare whole() {
        return new LaneShare(1, false, (share, nowNanos) -> {});
    }

    /** Whether {@link #add} should be called. */
    public boolean needsSamples() {
        return lends;
    }

    /**
     * This instance reads a partition from now on.
     *
     * @param task the task that reads it, compared by identity
     */
    public synchronized void opened(Object task, int partition, long nowNanos) {
        Duration handover = partition < initialPartitions ? HANDOVER : ADDED_HANDOVER;
        open.put(task, new OpenPartition(partition, nowNanos + handover.toNanos()));
        update(nowNanos);
    }

    /** A task no longer reads its partition. Has no effect if it is not open. */
    public synchronized void closed(Object task, long nowNanos) {
        open.remove(task);
        update(nowNanos);
    }

    /** Sets the number of the lane's partitions, 1 or more. */
    public synchronized void setPartitions(int count, long nowNanos) {
        partitions = count;
        update(nowNanos);
    }

    /** Adds a sample of the lane's offsets, which began after the previous one had ended. */
    public synchronized void add(LaneSample sample, long nowNanos) {
        history.add(sample);
        update(nowNanos);
    }

    /** Passes the current share to the listener; to be called several times a second, because it depends on the time. */
    public synchronized void update(long nowNanos) {
        listener.changed(at(nowNanos), nowNanos);
    }

    private Share at(long nowNanos) {
        Set<Integer> owned = new HashSet<>();
        Set<Integer> counted = new HashSet<>();
        for (OpenPartition partition : open.values()) {
            owned.add(partition.number);
            if (partition.countsFromNanos <= nowNanos) {
                counted.add(partition.number);
            }
        }
        double ownedPart = part(owned.size());
        // If this instance owns all partitions, there is nobody to lend to.
        if (!lends || counted.size() >= partitions) {
            return Share.unlimited(ownedPart, part(counted.size()));
        }
        double kept = (1 - LENT) * part(counted.size());
        long until = history.validUntilNanos();
        if (until <= nowNanos) {
            return Share.unlimited(ownedPart, kept);
        }
        long backlogged = counted.stream()
                .filter(partition -> history.isBacklogged(partition, nowNanos))
                .count();
        long idle = backlogged == 0
                ? 0
                : IntStream.range(0, partitions).filter(history::isIdle).count();
        double used = backlogged * (1 + (double) idle / Math.max(1, partitions - idle));
        return new Share(ownedPart, kept + LENT * part(used), until, kept);
    }

    private double part(double count) {
        return Math.min(1, count / partitions);
    }
}
