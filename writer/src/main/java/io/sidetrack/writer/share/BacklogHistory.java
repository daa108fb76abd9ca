package io.sidetrack.writer.share;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides from recent samples which partitions of a lane are idle, so that their part of the budget may be lent, and which are
 * backlogged, so that nobody may borrow theirs. Every instance has its own samples, taken at other times. The two decisions are
 * nevertheless exclusive over all instances: while one instance calls a partition backlogged, none calls it idle.
 *
 * <pre>
 *   borrower      0       0       0       0       0   |         samples without a lag, at most GAP apart, over QUIET
 *                 |&lt;------------ QUIET -----------&gt;|&lt;- VALID -&gt;|    borrows until VALID after the last one began
 *                                                              t
 *   owner              |======= lag, without a break =======|        of which at least GAP lies between
 *                                                                    t - QUIET and t - VALID
 * </pre>
 *
 * <p>A borrower at time t has samples without a lag from before t - QUIET until after t - VALID, and two of them are at most GAP
 * apart. If the partition had a lag without a break for GAP within that time, one of them would have shown it. The owner
 * knows that the lag had no break between two of its samples if the committed offset of the later one is below the end of the
 * earlier one: committed offsets and ends only grow. Commits are the owner's own, so no other instance hides a break.
 *
 * <p>Not thread-safe. Times are in nanoseconds of one monotonic clock; the clocks of instances need not agree.
 */
final class BacklogHistory {
    /** The interval at which samples should be taken. */
    static final Duration INTERVAL = Duration.ofMillis(500);
    /** How long a sample permits to borrow. */
    static final long VALID_NANOS = Duration.ofSeconds(2).toNanos();
    /** The maximum time between two samples that count as consecutive. */
    static final long GAP_NANOS = Duration.ofSeconds(2).toNanos();
    /** How long a partition must have been idle. */
    static final long QUIET_NANOS = Duration.ofSeconds(12).toNanos();
    /** Makes up for clocks of different speed: far more than they differ in {@link #QUIET_NANOS}. */
    private static final long MARGIN_NANOS = Duration.ofMillis(100).toNanos();

    private static final long KEPT_NANOS = QUIET_NANOS + 2 * GAP_NANOS;

    /** Oldest first; the last one may be older than any limit. */
    private final List<LaneSample> samples = new ArrayList<>();

    /** Adds a sample, which began after the previous one had ended. */
    void add(LaneSample sample) {
        samples.removeIf(old -> sample.startNanos() - old.endNanos() > KEPT_NANOS);
        samples.add(sample);
    }

    /** When the decisions made from the present samples expire; {@link Long#MIN_VALUE} without a sample. */
    long validUntilNanos() {
        return samples.isEmpty() ? Long.MIN_VALUE : last().startNanos() + VALID_NANOS;
    }

    /** Whether others may use this partition's part until {@link #validUntilNanos}. */
    boolean isIdle(int partition) {
        for (int i = samples.size() - 1; i >= 0; i--) {
            LaneSample sample = samples.get(i);
            boolean isNext =
                    i == samples.size() - 1 || samples.get(i + 1).endNanos() - sample.startNanos() <= GAP_NANOS;
            PartitionOffsets offsets = sample.offsets().get(partition);
            if (!isNext || offsets == null || offsets.lag() > 0) {
                return false;
            }
            if (sample.endNanos() <= last().startNanos() - QUIET_NANOS) {
                return true;
            }
        }
        return false;
    }

    /** Whether no instance calls this partition idle from now until {@link #validUntilNanos}. */
    boolean isBacklogged(int partition, long nowNanos) {
        long from = validUntilNanos() - QUIET_NANOS;
        long to = nowNanos - VALID_NANOS;
        for (int i = 0; i < samples.size(); i++) {
            PartitionOffsets earlier = samples.get(i).offsets().get(partition);
            long begin = Math.max(from, samples.get(i).endNanos());
            if (earlier != null && lagUntil(partition, i, earlier.end(), to) - begin >= GAP_NANOS + MARGIN_NANOS) {
                return true;
            }
        }
        return false;
    }

    /** Until when the partition has had a lag without a break since a sample, but at most until a time. */
    private long lagUntil(int partition, int since, long end, long atMost) {
        long until = Long.MIN_VALUE / 2;
        for (int i = since + 1; i < samples.size(); i++) {
            PartitionOffsets later = samples.get(i).offsets().get(partition);
            if (later == null || later.committed() >= end) {
                break;
            }
            until = Math.min(atMost, samples.get(i).startNanos());
        }
        return until;
    }

    private LaneSample last() {
        return samples.get(samples.size() - 1);
    }
}
