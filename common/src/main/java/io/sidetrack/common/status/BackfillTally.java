package io.sidetrack.common.status;

import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the tasks of this process have done with the records of named backfills, by partition. Its memory is bounded by the number
 * of partitions, each with {@link StatusEntry#MOST_NAMES} names. Thread-safe.
 */
public final class BackfillTally {
    /** Tasks that are closed, and whose last entry is not published yet. With more than that, all of them are forgotten. */
    private static final int MOST_CLOSED = 1_000;

    private final String process = UUID.randomUUID().toString();
    private final AtomicLong owners = new AtomicLong();
    /** In the order in which they were opened. */
    private final List<Owned> owned = new ArrayList<>();

    private final Clock clock;
    private volatile Runnable waker = () -> {};

    /** A partition, and what its owner has counted. */
    record Owned(int partition, PartitionTally tally) {}

    /** @param clock the time of the counts */
    public BackfillTally(Clock clock) {
        this.clock = clock;
    }

    /** Calls this when something should be published soon. It must not block. */
    void wakes(Runnable wake) {
        waker = wake;
    }

    /** Begins to count for a task that was assigned to this process. */
    public PartitionTally open(int partition) {
        PartitionTally tally = new PartitionTally(process + "/" + owners.incrementAndGet(), clock, () -> waker.run());
        synchronized (owned) {
            owned.add(new Owned(partition, tally));
            if (owned.size() > MOST_CLOSED) {
                forgetClosed();
            }
        }
        return tally;
    }

    /** Forgets all closed tasks, although their last entries are not published. */
    void forgetClosed() {
        synchronized (owned) {
            owned.removeIf(one -> one.tally.isClosed());
        }
    }

    /**
     * Ends a task. What it has counted is published soon.
     *
     * @param clean whether everything that it has counted is committed, as far as is known
     */
    public void close(PartitionTally tally, boolean clean) {
        tally.close(clean);
        waker.run();
    }

    List<Owned> owned() {
        synchronized (owned) {
            return List.copyOf(owned);
        }
    }

    /** Forgets a closed task. */
    void remove(Owned one) {
        synchronized (owned) {
            owned.remove(one);
        }
    }
}
