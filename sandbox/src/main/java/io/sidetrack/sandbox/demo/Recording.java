package io.sidetrack.sandbox.demo;

import io.sidetrack.report.Chart.Phase;
import io.sidetrack.report.Timeline;
import io.sidetrack.report.Timeline.Merge;
import io.sidetrack.sandbox.demo.Latencies.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What happens during the measured part of the demo, about once per second: lags, rates and latencies, in named phases. Not
 * thread-safe.
 */
final class Recording {
    static final int SOURCE_LAG = 0;
    static final int LIVE_LAG = 1;
    static final int BACKFILL_LAG = 2;
    /** Records per second that the router has sent to a lane, and that its writer has written. */
    static final int LIVE_ROUTED = 3;

    static final int LIVE_WRITTEN = 4;
    static final int BACKFILL_ROUTED = 5;
    static final int BACKFILL_WRITTEN = 6;
    /** Milliseconds from sending a live message to finding it. */
    static final int SLOWEST = 7;

    static final int MEDIAN = 8;
    /** Milliseconds that the endpoint took of it: a call of the live writer, and the read that found the message. */
    static final int ENDPOINT = 9;

    private static final int ROWS = 240;
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Supplier<Reading> readings;
    private final Supplier<List<Seen>> seen;
    private final DoubleSupplier oldestWaitMs;
    private final LongSupplier nanos;
    private final Timeline timeline = new Timeline(
            ROWS,
            Merge.MAX,
            Merge.MAX,
            Merge.MAX,
            Merge.MEAN,
            Merge.MEAN,
            Merge.MEAN,
            Merge.MEAN,
            Merge.MAX,
            Merge.MEAN,
            Merge.MEAN);
    private final List<Phase> phases = new ArrayList<>();
    private Reading start;
    private Reading last;

    /**
     * @param seen the live messages that were found since the last call
     * @param oldestWaitMs how long the oldest live message has been waiting
     * @param nanos the clock of the readings
     */
    Recording(Supplier<Reading> readings, Supplier<List<Seen>> seen, DoubleSupplier oldestWaitMs, LongSupplier nanos) {
        this.readings = readings;
        this.seen = seen;
        this.oldestWaitMs = oldestWaitMs;
        this.nanos = nanos;
    }

    /** Begins the next phase, which lasts until the next one begins. The first one is the start of the recording. */
    Reading begin(String phase) {
        Reading now = readings.get();
        if (start == null) {
            start = now;
            last = now;
            var unused = seen.get();
        } else {
            endPhase(now.seconds(start));
        }
        phases.add(new Phase(phase, now.seconds(start), Double.POSITIVE_INFINITY));
        return now;
    }

    /** Ends the last phase. */
    Reading end() {
        Reading now = readings.get();
        endPhase(now.seconds(start));
        add(now);
        return now;
    }

    private void endPhase(double second) {
        int i = phases.size() - 1;
        phases.set(i, new Phase(phases.get(i).name(), phases.get(i).from(), second));
    }

    /** Adds a row if the last one is old enough; does nothing before the first phase. */
    void sample() {
        if (start != null && nanos.getAsLong() - last.nanos() >= INTERVAL_NANOS) {
            add(readings.get());
        }
    }

    private void add(Reading now) {
        double seconds = now.seconds(last);
        if (!now.isComplete() || seconds <= 0) {
            timeline.gap(now.seconds(start));
            return;
        }
        List<Seen> found = seen.get();
        // One that still waits has taken at least as long.
        double slowest = Math.max(found.stream().mapToDouble(Seen::ms).max().orElse(0), oldestWaitMs.getAsDouble());
        double[] sorted = found.stream().mapToDouble(Seen::ms).sorted().toArray();
        double read = found.stream().mapToDouble(Seen::readMs).average().orElse(Double.NaN);
        timeline.add(
                now.seconds(start),
                now.waitingInSource(),
                now.waitingInLive(),
                now.waitingInBackfill(),
                (now.router().routed("live") - last.router().routed("live")) / seconds,
                (now.live().finished() - last.live().finished()) / seconds,
                (now.router().routed("backfill") - last.router().routed("backfill")) / seconds,
                (now.backfill().finished() - last.backfill().finished()) / seconds,
                slowest > 0 ? slowest : Double.NaN,
                sorted.length == 0 ? Double.NaN : sorted[(sorted.length - 1) / 2],
                now.liveCallMs(last) + read);
        last = now;
    }

    double[] seconds() {
        return timeline.seconds();
    }

    /** @param column one of the constants of this class */
    double[] values(int column) {
        return timeline.values(column);
    }

    List<Phase> phases() {
        return List.copyOf(phases);
    }
}
