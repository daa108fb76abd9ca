package io.sidetrack.ops.progress;

import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.DurationText;
import io.sidetrack.ops.scrape.Throttling;
import io.sidetrack.ops.steering.SteeringText;
import io.sidetrack.ops.steering.UnitsUse;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Progress as text: bars for a terminal, one line for each lane otherwise. */
final class ProgressText {
    private static final int WIDTH = 24;
    private static final int COLUMNS = 80;
    private static final String ELLIPSIS = "...";
    /** Reading counts as keeping up from this share on: commits are always a little behind. */
    private static final double KEEPING_UP = 0.9;

    private final boolean partitions;

    /** @param partitions whether to show each partition that lags */
    ProgressText(boolean partitions) {
        this.partitions = partitions;
    }

    List<String> lines(
            List<LaneProgress> progress,
            Map<String, Long> named,
            Backfills backfills,
            Throttling throttling,
            Steering steering,
            Optional<UnitsUse> use,
            boolean bars) {
        List<String> lines = new ArrayList<>();
        for (LaneProgress lane : progress) {
            double share = lane.total() == 0 ? 1 : (double) lane.done() / lane.total();
            // Rounded down: 100 % means everything.
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
        lines.addAll(backfills.lines());
        lines.addAll(throttling.lines());
        if (!steering.equals(Steering.NONE)) {
            lines.add("backfill writers: " + SteeringText.of(steering));
        }
        use.ifPresent(units -> lines.add(units.text()));
        return bars ? lines.stream().map(ProgressText::shortened).toList() : lines;
    }

    /** A line that fits on a terminal: with autowrap off, the end of a longer one overwrites its last column. */
    private static String shortened(String line) {
        return line.length() <= COLUMNS ? line : line.substring(0, COLUMNS - ELLIPSIS.length()) + ELLIPSIS;
    }

    /** The lag by partition: one per line, or as many per line as fit on a terminal. */
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
     * Replaces the last output on a terminal. Lines do not wrap, because the cursor moves up by the number of lines: a line that
     * takes two rows would leave a row of the last output.
     *
     * @param before the number of lines of the last output
     */
    static void replace(PrintWriter out, List<String> lines, int before) {
        if (before > 0) {
            // Moves up to the start of the last output, and erases everything below.
            out.printf("\u001b[%dA\r\u001b[J", before);
        }
        out.printf("\u001b[?7l");
        lines.forEach(out::println);
        out.printf("\u001b[?7h");
    }

    /** The rates of a lane, such as {@code 1,000/s read, 0/s arriving}. */
    static String rates(LaneProgress lane) {
        Rates rates = lane.rates();
        String read = rates.read().isPresent()
                ? rate(rates.read().getAsDouble(), rates.readsRecords()) + " read"
                : "read rate not known yet";
        return read + ", " + rate(rates.arriving(), rates.writesRecords()) + " arriving";
    }

    private static String rate(double perSecond, boolean records) {
        boolean exact = perSecond >= 10 || perSecond == Math.rint(perSecond);
        return String.format(Locale.ROOT, exact ? "%,.0f" : "%.1f", perSecond) + (records ? "/s" : " offsets/s");
    }

    /** What a lane has left: a time, or why there is none. */
    static String left(LaneProgress lane) {
        if (lane.nothingLeft()) {
            return lane.lag() == 0 ? "nothing left" : "nothing left: the lag contains no record";
        }
        if (lane.secondsLeft().isPresent()) {
            return DurationText.of(lane.secondsLeft().get()) + " left";
        }
        if (lane.reader() == LaneProgress.Reader.PAUSED) {
            return "paused";
        }
        double read = lane.rates().readOffsets().orElse(0);
        if (lane.rates().readOffsets().isEmpty()) {
            return "no commit of its readers yet";
        }
        if (read == 0) {
            return lane.reader() == LaneProgress.Reader.NOBODY ? "no reader" : "its readers do not advance";
        }
        return read >= KEEPING_UP * lane.rates().arrivingOffsets() ? "keeping up" : "falling behind";
    }
}
