package io.sidetrack.report;

import static io.sidetrack.report.Plot.CHARACTER;
import static io.sidetrack.report.Plot.TOP;
import static io.sidetrack.report.Plot.number;

import io.sidetrack.report.Chart.Line;
import io.sidetrack.report.Chart.Phase;
import java.util.ArrayList;
import java.util.List;

/** Draws a chart as SVG: a grid with labelled axes, phases as bands, and the lines. */
final class ChartImage {
    private final Chart chart;
    private final Plot plot;
    private final Drawing drawing;

    ChartImage(Chart chart, Plot.Size size, Markup markup) {
        this.chart = chart;
        this.plot = new Plot(chart, size);
        this.drawing = new Drawing(markup);
    }

    /** @param id a prefix for the ids of this image, unique in the page */
    void draw(String id) {
        Markup markup = drawing.markup();
        markup.open(
                "svg",
                "viewBox",
                "0 0 %.0f %.0f".formatted(plot.size.width, plot.size.height),
                "role",
                "img",
                "aria-labelledby",
                id + "t " + id + "d");
        markup.element("title", chart.title(), "id", id + "t");
        markup.element("desc", description(), "id", id + "d").line();
        phases();
        horizontalLines();
        timeAxis();
        LineImages lines = new LineImages(chart, plot, drawing);
        if (lines.isEmpty()) {
            drawing.text((plot.left + plot.right) / 2, (TOP + plot.bottom) / 2, "middle", "none", "no data");
        } else {
            lines.draw();
        }
        columns();
        markup.close().line();
    }

    private String description() {
        StringBuilder text = new StringBuilder(chart.caption());
        for (Line line : chart.lines()) {
            text.append(" ").append(line.name()).append(": ");
            if (line.isEmpty()) {
                text.append("no data.");
            } else {
                text.append("highest %s, last %s %s."
                        .formatted(
                                Numbers.text(line.highest()),
                                Numbers.text(line.values()[line.lastIndex()]),
                                chart.values().unit()));
            }
        }
        return text.toString();
    }

    private void phases() {
        int i = 0;
        for (Phase phase : chart.phases()) {
            double start = plot.x(Math.max(plot.from, phase.from()));
            double end = plot.x(Math.min(plot.to, phase.to()));
            if (end > start) {
                drawing.rectangle(i % 2 == 0 ? "phase" : "phase other", start, TOP - 20, end, plot.bottom);
                // The table names the phases, too: a narrow one needs no label.
                if (end - start >= 8 + phase.name().length() * CHARACTER) {
                    drawing.text(start + 6, TOP - 6, "start", "phase-name", phase.name());
                }
            }
            i++;
        }
        drawing.markup().line();
    }

    private void horizontalLines() {
        for (double value : plot.scale.lines()) {
            boolean labelled = plot.scale.labels().contains(value);
            double y = plot.y(value);
            drawing.segment(labelled ? "grid" : "grid fine", plot.left, y, plot.right, y);
            if (labelled) {
                drawing.text(plot.left - 8, y + 4, "end", "tick", Numbers.text(value));
            }
        }
        String kind = chart.values().scale() == Scale.Kind.LINEAR ? "" : ", logarithmic";
        drawing.text(4, TOP - 27, "start", "unit", chart.values().unit() + kind);
        drawing.markup().line();
    }

    private void timeAxis() {
        drawing.segment("axis", plot.left, plot.bottom, plot.right, plot.bottom);
        for (TimeAxis.Tick tick : chart.time().ticks(plot.from, plot.to, plot.size.steps)) {
            double x = plot.x(tick.second());
            drawing.segment("axis", x, plot.bottom, x, plot.bottom + 4);
            drawing.text(x, plot.bottom + 17, "middle", "tick", tick.label());
        }
        drawing.text(plot.right, plot.bottom + 33, "end", "unit", chart.time().name());
        drawing.markup().line();
    }

    /** Invisible columns, one for each time, whose titles a browser shows under the pointer. */
    private void columns() {
        double[] seconds = chart.seconds();
        for (int i = 0; i < seconds.length; i++) {
            double start = i == 0 ? plot.left : plot.x((seconds[i - 1] + seconds[i]) / 2);
            double end = i == seconds.length - 1 ? plot.right : plot.x((seconds[i] + seconds[i + 1]) / 2);
            List<String> texts = new ArrayList<>(List.of(chart.time().text(seconds[i], plot.to)));
            for (Line line : chart.lines()) {
                texts.add(line.name() + " " + Numbers.text(line.values()[i]));
            }
            drawing.markup()
                    .open(
                            "rect",
                            "class",
                            "column",
                            "x",
                            number(start),
                            "y",
                            number(TOP),
                            "width",
                            number(Math.max(0, end - start)),
                            "height",
                            number(plot.bottom - TOP))
                    .element("title", String.join(" · ", texts))
                    .close();
        }
    }
}
