package io.sidetrack.ops.progress;

import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.steering.SteeringText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One look as lines: bars for somebody who watches, words for a pipe. */
final class ProgressText {
    private static final int WIDTH = 24;
    private static final int COLUMNS = 80;
    /** What is committed every 15 s is never quite what has arrived. */
    private static final double KEEPING_UP = 0.9;

    private final boolean partitions;

    /** @param partitions whether to show each partition that lags */
    ProgressText(boolean partitions) {
        this.partitions = partitions;
    }

    List<String> lines(List<LaneProgress> progress, Map<String, Long> named, Steering steering, boolean bars) {
        List<String> lines = new ArrayList<>();
        for (LaneProgress lane : progress) {
            double share = lane.total() == 0 ? 1 : (double) lane.done() / lane.total();
            // Not all is not 100.
            double percent = Math.floor(share * 1000) / 10;
            if (bars) {
                int filled = (int) (share * WIDTH);
                String bar = "#".repeat(filled) + "-".repeat(WIDTH - filled);
                lines.add(String.format(
                        Locale.ROOT,
                        "%-8s [%s] %5.1f %%, %s, %s",
                        lane.name(),
                        bar,
                        percent,
                        left(lane),
                        lane.topic()));
                lines.add(String.format(
                        Locale.ROOT, "  lag %,d of %,d offsets, %s", lane.lag(), lane.total(), rates(lane)));
            } else {
                lines.add(String.format(
                        Locale.ROOT,
                        "%-8s %5.1f %% of %,d offsets in %s, lag %,d, %s, %s",
                        lane.name(),
                        percent,
                        lane.total(),
                        lane.topic(),
                        lane.lag(),
                        rates(lane),
                        left(lane)));
            }
            if (partitions) {
                lines.addAll(partitions(lane, bars));
            }
        }
        named.forEach((name, records) ->
                lines.add(String.format(Locale.ROOT, "backfill %s: %,d records routed", name, records)));
        if (!steering.equals(Steering.NONE)) {
            lines.add("backfill writers: " + SteeringText.of(steering));
        }
        return lines;
    }

    /** A line each for a pipe; as many as fit into a line for somebody who watches, whose terminal has few lines. */
    private static List<String> partitions(LaneProgress lane, boolean bars) {
        List<String> lines = new ArrayList<>();
        StringBuilder line = new StringBuilder("  lag by partition:");
        for (Map.Entry<Integer, Long> partition : lane.partitions().entrySet()) {
            if (partition.getValue() == 0) {
                continue;
            }
            if (!bars) {
                lines.add(String.format(
                        Locale.ROOT, "  partition %d: lag %,d", partition.getKey(), partition.getValue()));
                continue;
            }
            String next = String.format(Locale.ROOT, " %d: %,d;", partition.getKey(), partition.getValue());
            if (line.length() + next.length() > COLUMNS) {
                lines.add(line.toString());
                line = new StringBuilder("   ");
            }
            line.append(next);
        }
        if (line.indexOf(";") > 0) {
            lines.add(line.toString());
        }
        return lines;
    }

    /**
     * Prints a look in place of the last one on a terminal. While it is written the terminal cuts off what is wider than it is:
     * a line that continues on the next one would make the cursor go up too little.
     *
     * @param before how many lines stand there
     */
    static void replace(PrintWriter out, List<String> lines, int before) {
        if (before > 0) {
            // Up to where the last look began, and everything below it away.
            out.printf("\u001b[%dA\r\u001b[J", before);
        }
        out.printf("\u001b[?7l");
        lines.forEach(out::println);
        out.printf("\u001b[?7h");
    }

    private static String rates(LaneProgress lane) {
        Rates rates = lane.rates();
        String read = rates.read().isPresent()
                ? rate(rates.read().getAsDouble(), rates.readsRecords()) + " read"
                : "rate of reading not known yet";
        return read + ", " + rate(rates.arriving(), rates.writesRecords()) + " arriving";
    }

    private static String rate(double perSecond, boolean records) {
        boolean exact = perSecond >= 10 || perSecond == Math.rint(perSecond);
        return String.format(Locale.ROOT, exact ? "%,.0f" : "%.1f", perSecond) + (records ? "/s" : " offsets/s");
    }

    private static String left(LaneProgress lane) {
        if (lane.nothingLeft()) {
            return lane.lag() == 0 ? "nothing left" : "nothing left: the lag contains no record";
        }
        if (lane.secondsLeft().isPresent()) {
            return time(lane.secondsLeft().get()) + " left";
        }
        if (lane.reader() == LaneProgress.Reader.PAUSED) {
            return "paused";
        }
        double read = lane.rates().readOffsets().orElse(0);
        if (lane.rates().readOffsets().isEmpty()) {
            return "its readers have not committed yet";
        }
        if (read == 0) {
            return lane.reader() == LaneProgress.Reader.NOBODY ? "nobody reads it" : "its readers commit nothing";
        }
        return read >= KEEPING_UP * lane.rates().arrivingOffsets() ? "keeping up" : "falling behind";
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
