package io.sidetrack.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.bench.IsolationBench.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws latency and lag of live records over time, with a line for each case, as SVG. It does not use a charting library: those
 * for Java draw through AWT, so the file would depend on the fonts of the machine, and need a further library to write SVG.
 * Two panels of lines do not justify that.
 */
final class IsolationPlot {
    private static final List<String> COLOURS = List.of("#777777", "#d62728", "#ff9f1c", "#1f77b4", "#2ca02c");
    private static final int WIDTH = 900;
    private static final int LEFT = 80;
    private static final int PANEL_HEIGHT = 190;
    private static final int GAP = 60;
    private static final int TOP = 140;
    /** The ranges of the axes, which are logarithmic. */
    private static final double MIN_MS = 10;

    private static final double MAX_MS = 1_000_000;
    private static final double MIN_LAG = 1;
    private static final double MAX_LAG = 100_000;

    private final StringBuilder svg = new StringBuilder();
    private final int from;
    private final int to;

    private IsolationPlot(int from, int to) {
        this.from = from;
        this.to = to;
    }

    /** Draws the time from one second to another, counted from the first record of each run. */
    static void draw(Path file, List<Run> runs, int from, int to) throws IOException {
        Files.writeString(file, new IsolationPlot(from, to).draw(runs), UTF_8);
    }

    private String draw(List<Run> runs) {
        int height = TOP + 2 * PANEL_HEIGHT + GAP + 50;
        svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"13\">%n<rect width=\"%d\" height=\"%d\" fill=\"white\"/>%n",
                WIDTH,
                height,
                WIDTH,
                height));
        for (int i = 0; i < runs.size(); i++) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" stroke=\"%s\" stroke-width=\"3\"/>"
                            + "<text x=\"%d\" y=\"%d\">%s</text>%n",
                    LEFT,
                    20 + i * 20,
                    LEFT + 30,
                    20 + i * 20,
                    COLOURS.get(i),
                    LEFT + 40,
                    24 + i * 20,
                    runs.get(i).label()));
        }
        panel(TOP, "live latency, maximum of each second (ms)", MIN_MS, MAX_MS);
        panel(TOP + PANEL_HEIGHT + GAP, "live records sent but not written", MIN_LAG, MAX_LAG);
        for (int i = 0; i < runs.size(); i++) {
            line(TOP, latency(runs.get(i)), MIN_MS, MAX_MS, COLOURS.get(i));
            line(TOP + PANEL_HEIGHT + GAP, lag(runs.get(i)), MIN_LAG, MAX_LAG, COLOURS.get(i));
        }
        return svg.append("</svg>\n").toString();
    }

    private static long start(Run run) {
        return run.sent().values().stream().mapToLong(Long::longValue).min().orElseThrow();
    }

    private static int second(Run run, long micros) {
        return (int) ((micros - start(run)) / 1_000_000);
    }

    private double[] latency(Run run) {
        double[] worst = new double[to];
        long end = run.sent().values().stream().mapToLong(Long::longValue).max().orElseThrow();
        run.sent().forEach((number, at) -> {
            int second = second(run, at);
            if (second < to) {
                worst[second] = Math.max(worst[second], (run.written().getOrDefault(number, end) - at) / 1000.0);
            }
        });
        return worst;
    }

    private double[] lag(Run run) {
        double[] lag = new double[to];
        for (Map.Entry<Integer, Long> sent : run.sent().entrySet()) {
            int until = run.written().containsKey(sent.getKey())
                    ? Math.min(to, second(run, run.written().get(sent.getKey())))
                    : to;
            for (int second = second(run, sent.getValue()) + 1; second <= until && second < to; second++) {
                lag[second]++;
            }
        }
        return lag;
    }

    private void panel(int top, String title, double min, double max) {
        svg.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" font-weight=\"bold\">%s</text>%n", LEFT, top - 8, title));
        for (double value = min; value <= max; value *= 10) {
            double y = y(top, value, min, max);
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#dddddd\"/>"
                            + "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%,.0f</text>%n",
                    LEFT,
                    y,
                    WIDTH - 20,
                    y,
                    LEFT - 8,
                    y + 4,
                    value));
        }
        for (int second = from; second <= to; second += 20) {
            svg.append(String.format(
                    Locale.ROOT,
                    "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%d s</text>%n",
                    x(second),
                    top + PANEL_HEIGHT + 18,
                    second - from));
        }
    }

    private void line(int top, double[] values, double min, double max, String colour) {
        svg.append("<polyline fill=\"none\" stroke=\"").append(colour).append("\" stroke-width=\"1.5\" points=\"");
        for (int second = from; second < values.length; second++) {
            svg.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(second), y(top, values[second], min, max)));
        }
        svg.append("\"/>\n");
    }

    private double x(int second) {
        return LEFT + (double) (second - from) / (to - from) * (WIDTH - 20 - LEFT);
    }

    private static double y(int top, double value, double min, double max) {
        double within = Math.max(min, Math.min(max, value));
        return top + PANEL_HEIGHT - Math.log(within / min) / Math.log(max / min) * PANEL_HEIGHT;
    }
}
