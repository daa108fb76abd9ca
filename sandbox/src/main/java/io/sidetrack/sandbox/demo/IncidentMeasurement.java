package io.sidetrack.sandbox.demo;

import io.sidetrack.report.Timeline;
import io.sidetrack.report.Timeline.Merge;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.demo.Latencies.Seen;
import io.sidetrack.sandbox.demo.Stage.Service;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Measures how one way writes a backlog, from the first record that is written, with live messages at the same time. */
final class IncidentMeasurement {
    private static final int ROWS = 240;
    private static final long REFRESH_MS = 100;
    private static final double SAMPLE_S = 0.5;

    private final Screen screen;
    private final Stage stage;
    private final Duration most;

    /** @param most how long to measure, unless the backlog is written sooner */
    IncidentMeasurement(Screen screen, Stage stage, Duration most) {
        this.screen = screen;
        this.stage = stage;
        this.most = most;
    }

    /**
     * Measures from the last moment at which nothing was written.
     *
     * @param traffic is started at that time, unless it is already running
     */
    IncidentResult measure(String name, Service writer, long records, LiveTraffic traffic) throws InterruptedException {
        long start = System.nanoTime();
        while (writer.finished() == 0) {
            stage.requireAlive();
            TimeUnit.MILLISECONDS.sleep(REFRESH_MS);
            start = System.nanoTime();
        }
        traffic.start();
        traffic.takeSeen();
        Latencies latencies = traffic.measure();
        int sentBefore = traffic.sent().size();
        Timeline timeline = new Timeline(ROWS, Merge.MAX, Merge.MEAN, Merge.MAX);
        timeline.add(0, (double) records, Double.NaN, Double.NaN);
        double lastDone = 0;
        double last = 0;
        while (true) {
            double done = writer.finished();
            double seconds = (System.nanoTime() - start) / 1e9;
            double rate = done / seconds;
            boolean ended = done >= records || seconds > most.toSeconds();
            if (ended || seconds - last >= SAMPLE_S) {
                timeline.add(
                        seconds, Math.max(0, records - done), (done - lastDone) / (seconds - last), slowest(traffic));
                lastDone = done;
                last = seconds;
            }
            if (ended) {
                screen.print(
                        String.format(Locale.ROOT, "%s: %,.0f of %,d records, %,.1f/s", name, done, records, rate));
                return new IncidentResult(
                        name, rate, timeline, traffic.sent().size() - sentBefore, latencies, traffic.oldestWaitMs());
            }
            stage.requireAlive();
            traffic.requireRunning();
            screen.status(Screen.progress(name + ":", (long) done, records, rate));
            TimeUnit.MILLISECONDS.sleep(REFRESH_MS);
        }
    }

    private static double slowest(LiveTraffic traffic) {
        List<Seen> seen = traffic.takeSeen();
        double slowest = Math.max(seen.stream().mapToDouble(Seen::ms).max().orElse(0), traffic.oldestWaitMs());
        return slowest > 0 ? slowest : Double.NaN;
    }
}
