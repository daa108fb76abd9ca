package io.sidetrack.writer.watch;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.share.LaneSample;
import io.sidetrack.writer.share.LaneShare;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Updates the lane's share with the number of partitions and, while the lane has a limit, with the offsets of all of them. For one
 * thread; to be run every {@link #INTERVAL}.
 */
public final class ShareWatch implements Runnable {
    public static final Duration INTERVAL = LaneShare.SAMPLE_INTERVAL;
    private static final String PROBLEM = "the offsets of the lane cannot be read from the brokers";

    private final LaneOffsets offsets;
    private final LaneShare share;
    private final BooleanSupplier isLimited;
    private final ProblemLog problems;
    private final LongSupplier nanoClock;

    private int partitions;
    private long countedNanos;

    /**
     * @param partitions the number of partitions when the writer started
     * @param isLimited whether the lane has a limit
     */
    public ShareWatch(
            LaneOffsets offsets,
            LaneShare share,
            int partitions,
            BooleanSupplier isLimited,
            ProblemLog problems,
            LongSupplier nanoClock) {
        this.offsets = offsets;
        this.share = share;
        this.partitions = partitions;
        this.isLimited = isLimited;
        this.problems = problems;
        this.nanoClock = nanoClock;
        this.countedNanos = nanoClock.getAsLong();
    }

    @Override
    public void run() {
        try {
            countPartitions();
            if (lendsNow()) {
                sample();
            }
            problems.over(PROBLEM);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            problems.report(
                    PROBLEM,
                    "%s: %s (%s)%s"
                            .formatted(
                                    offsets.topic(),
                                    PROBLEM,
                                    cause.getClass().getSimpleName(),
                                    // Without a limit, no share is lent, and only the number of partitions was read.
                                    lendsNow()
                                            ? "; a limit of write units for the lane is kept, but this writer may use only a"
                                                    + " small part of its share"
                                            : "; the writer continues with the number of partitions that it last read"));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether the lane has a limit, and its idle partitions lend their part. */
    private boolean lendsNow() {
        return isLimited.getAsBoolean() && share.needsSamples();
    }

    private void countPartitions() throws ExecutionException, TimeoutException, InterruptedException {
        // Early enough that the next count is never later than the interval.
        if (nanoClock.getAsLong() - countedNanos < LaneShare.COUNT_INTERVAL.toNanos() / 2) {
            return;
        }
        partitions = offsets.partitions();
        countedNanos = nanoClock.getAsLong();
        share.setPartitions(partitions, countedNanos);
    }

    private void sample() throws ExecutionException, TimeoutException, InterruptedException {
        long start = nanoClock.getAsLong();
        var read = offsets.read(IntStream.range(0, partitions).boxed().toList());
        long end = nanoClock.getAsLong();
        share.add(new LaneSample(start, end, read), end);
    }
}
