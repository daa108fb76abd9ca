package io.sidetrack.ops.progress;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long writers of a lane take, from their metrics since their start.
 *
 * @param calls the number of calls to DynamoDB
 * @param seconds the duration of all of them together
 * @param oldestSeconds the age of the oldest record that was read and is not finished
 */
record WriterTimes(double calls, double seconds, double oldestSeconds) {
    /** No writer was read. */
    static final WriterTimes NONE = new WriterTimes(0, 0, Double.NaN);

    private static final Pattern LANE = Pattern.compile("(?m)^sidetrack_writer_info\\{lane=\"([a-z]+)\"");
    private static final Pattern CALLS = pattern("sidetrack_writer_request_seconds_count\\{[^}]*\\}");
    private static final Pattern SECONDS = pattern("sidetrack_writer_request_seconds_sum\\{[^}]*\\}");
    private static final Pattern OLDEST = pattern("sidetrack_writer_oldest_buffered_age_seconds");

    private static Pattern pattern(String name) {
        return Pattern.compile("(?m)^" + name + " ([0-9.eE+-]+)$");
    }

    /**
     * Adds up the times of all writers of a lane, by lane.
     *
     * @param metrics of each writer, in Prometheus text format
     */
    static Map<String, WriterTimes> of(Collection<String> metrics) {
        Map<String, WriterTimes> lanes = new HashMap<>();
        for (String page : metrics) {
            Matcher lane = LANE.matcher(page);
            if (lane.find()) {
                WriterTimes one = new WriterTimes(sum(CALLS, page), sum(SECONDS, page), sum(OLDEST, page));
                lanes.merge(lane.group(1), one, WriterTimes::plus);
            }
        }
        return lanes;
    }

    private static double sum(Pattern pattern, String page) {
        double sum = 0;
        Matcher lines = pattern.matcher(page);
        while (lines.find()) {
            sum += Double.parseDouble(lines.group(1));
        }
        return sum;
    }

    private WriterTimes plus(WriterTimes other) {
        return new WriterTimes(
                calls + other.calls, seconds + other.seconds, Math.max(oldestSeconds, other.oldestSeconds));
    }

    /** The average duration of a call since an earlier sample, in ms; NaN if there was none, or if a writer was restarted. */
    double callMs(WriterTimes before) {
        double more = calls - before.calls;
        return more > 0 && seconds >= before.seconds ? (seconds - before.seconds) / more * 1000 : Double.NaN;
    }
}
