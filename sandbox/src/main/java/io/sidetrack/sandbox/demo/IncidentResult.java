package io.sidetrack.sandbox.demo;

import io.sidetrack.report.Timeline;
import java.util.Locale;

/**
 * What was measured of one way to write.
 *
 * @param name such as {@code one by one, 3 partitions}
 * @param perSecond records written per second
 * @param timeline over time, with the columns below
 * @param sent live messages that were sent meanwhile
 * @param live latencies of those that were found in the table
 * @param oldestWaitMs how long the oldest live message that was not in the table had been waiting at the end; 0 if there was none
 */
record IncidentResult(String name, double perSecond, Timeline timeline, int sent, Latencies live, double oldestWaitMs) {
    /** Records that are not written. */
    static final int LEFT = 0;
    /** Records written per second. */
    static final int RATE = 1;
    /** The slowest live message of those that were found in the last interval or still wait, in ms. */
    static final int SLOWEST = 2;

    /** When the measurement ended. */
    double end() {
        double[] seconds = timeline.seconds();
        return seconds[seconds.length - 1];
    }

    /** The values of a column at other times: each row stands for the time since the row before it. NaN after the end. */
    double[] at(double[] times, int column) {
        double[] seconds = timeline.seconds();
        double[] values = timeline.values(column);
        double[] at = new double[times.length];
        int row = 0;
        for (int i = 0; i < times.length; i++) {
            while (row < seconds.length && seconds[row] < times[i]) {
                row++;
            }
            at[i] = row < seconds.length ? values[row] : Double.NaN;
        }
        return at;
    }

    /** What happened to the live messages. */
    String liveText() {
        if (live.count() == 0) {
            return String.format(
                    Locale.ROOT, "0 of %,d arrived; the first waits for %.0f s", sent, oldestWaitMs / 1000);
        }
        return String.format(Locale.ROOT, "p50 %,.0f ms, p99 %,.0f ms", live.quantile(0.5), live.quantile(0.99));
    }
}
