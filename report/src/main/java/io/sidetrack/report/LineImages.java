package io.sidetrack.report;

import static io.sidetrack.report.Plot.CHARACTER;
import static io.sidetrack.report.Plot.TOP;
import static io.sidetrack.report.Plot.number;

import io.sidetrack.report.Chart.Line;
import io.sidetrack.report.Chart.Stroke;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Draws the lines of a chart, each with its label at its end. */
final class LineImages {
    private static final double LABEL_DISTANCE = 34;

    private final Chart chart;
    private final Plot plot;
    private final Drawing drawing;
    /** Those that have a value. */
    private final List<Line> lines;

    LineImages(Chart chart, Plot plot, Drawing drawing) {
        this.chart = chart;
        this.plot = plot;
        this.drawing = drawing;
        this.lines = chart.lines().stream().filter(line -> !line.isEmpty()).toList();
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    void draw() {
        lines.forEach(this::line);
        double[] xs = labelXs();
        for (double x : Arrays.stream(xs).distinct().toArray()) {
            List<Line> column = new ArrayList<>();
            for (int i = 0; i < xs.length; i++) {
                if (xs[i] == x) {
                    column.add(lines.get(i));
                }
            }
            double[] wanted = column.stream()
                    .mapToDouble(line -> plot.y(line.values()[line.lastIndex()]))
                    .toArray();
            double[] ys = Labels.spread(wanted, LABEL_DISTANCE, TOP + 6, plot.bottom - 22);
            for (int i = 0; i < ys.length; i++) {
                label(column.get(i), x + 10, ys[i]);
            }
        }
        drawing.markup().line();
    }

    private void line(Line line) {
        StringBuilder path = new StringBuilder();
        StringBuilder area = new StringBuilder();
        double[] seconds = chart.seconds();
        double[] values = line.values();
        String bottom = "," + number(plot.bottom);
        for (int first = 0; first < values.length; first++) {
            if (Double.isNaN(values[first])) {
                continue;
            }
            int end = first;
            while (end < values.length && !Double.isNaN(values[end])) {
                path.append(end == first ? "M" : "L").append(plot.point(seconds[end], values[end]));
                end++;
            }
            if (end - first == 1) {
                drawing.dot("dot " + hue(line), plot.x(seconds[first]), plot.y(values[first]));
            }
            area.append("M").append(number(plot.x(seconds[first]))).append(bottom);
            for (int i = first; i < end; i++) {
                area.append("L").append(plot.point(seconds[i], values[i]));
            }
            area.append("L")
                    .append(number(plot.x(seconds[end - 1])))
                    .append(bottom)
                    .append('Z');
            first = end;
        }
        if (line.stroke() == Stroke.AREA) {
            drawing.path("area " + hue(line), area.toString());
        }
        drawing.path(stroke(line), path.toString());
        drawing.markup().line();
    }

    /** Where labels begin: on the right, or at the ends of lines that end early. Those that would overlap are one column. */
    private double[] labelXs() {
        double room = plot.size.labels;
        double[] xs = lines.stream()
                .mapToDouble(line -> plot.x(chart.seconds()[line.lastIndex()]))
                .map(x -> x + room > plot.right ? plot.right : x)
                .toArray();
        for (int i = 0; i < xs.length; i++) {
            for (double other : xs) {
                xs[i] = other > xs[i] && other - xs[i] < room ? other : xs[i];
            }
        }
        return xs;
    }

    private void label(Line line, double x, double y) {
        int last = line.lastIndex();
        String end = plot.point(chart.seconds()[last], line.values()[last]);
        drawing.path("leader", "M" + end + "L" + number(x) + "," + number(y));
        drawing.segment(stroke(line), x, y, x + 20, y);
        String name = Labels.fitting(line.name(), plot.size.labels - 36, CHARACTER);
        drawing.text(x + 26, y + 4, "start", "name", name);
        drawing.text(x + 26, y + 18, "start", "peak", "highest " + Numbers.text(line.highest()));
    }

    private static String stroke(Line line) {
        return "line " + hue(line) + (line.stroke() == Stroke.DASHED ? " dashed" : "");
    }

    private static String hue(Line line) {
        return line.hue().name().toLowerCase(Locale.ROOT);
    }
}
