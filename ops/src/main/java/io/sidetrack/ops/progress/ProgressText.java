package io.sidetrack.ops.progress;

import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.steering.SteeringText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One look as lines: bars for somebody who watches, words for a pipe. */
final class ProgressText {
    private static final int WIDTH = 24;

    private final boolean partitions;

    /** @param partitions whether to show each partition that lags */
    ProgressText(boolean partitions) {
        this.partitions = partitions;
    }

    List<String> lines(List<LaneProgress> progress, Map<String, Long> named, Steering steering, boolean bars) {
        List<String> lines = new ArrayList<>();
        for (LaneProgress lane : progress) {
            double share = lane.total() == 0 ? 1 : (double) lane.done() / lane.total();
            int filled = (int) (share * WIDTH);
            lines.add(String.format(
                    Locale.ROOT,
                    "%-8s %s%5.1f %% of %,d offsets in %s, lag %,d, %,.0f/s read, %,.0f/s arriving, %s",
                    lane.name(),
                    bars ? "[" + "#".repeat(filled) + "-".repeat(WIDTH - filled) + "] " : "",
                    // Not all is not 100.
                    Math.floor(share * 1000) / 10,
                    lane.total(),
                    lane.topic(),
                    lane.lag(),
                    lane.perSecond(),
                    lane.arriving(),
                    left(lane)));
            if (partitions) {
                lane.partitions().forEach((partition, lag) -> {
                    if (lag > 0) {
                        lines.add(String.format(Locale.ROOT, "  partition %d: lag %,d", partition, lag));
                    }
                });
            }
        }
        named.forEach((name, records) ->
                lines.add(String.format(Locale.ROOT, "backfill %s: %,d records routed", name, records)));
        if (!steering.equals(Steering.NONE)) {
            lines.add("backfill writers: " + SteeringText.of(steering));
        }
        return lines;
    }

    private static String left(LaneProgress lane) {
        if (lane.nothingLeft()) {
            return lane.lag() == 0 ? "nothing left" : "nothing left: the lag contains no record";
        }
        return lane.secondsLeft()
                .map(seconds -> time(seconds) + " left")
                .orElse(lane.perSecond() == 0 ? "nobody reads it" : "falling behind");
    }

    /** Hours, minutes and seconds, or days. */
    static String time(double seconds) {
        if (seconds >= 2 * 86_400) {
            return String.format(Locale.ROOT, "%.1f days", seconds / 86_400);
        }
        long s = Math.round(seconds);
        return s >= 3600
                ? String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60)
                : String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60);
    }
}
