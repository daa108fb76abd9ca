package io.sidetrack.report;

import io.sidetrack.report.Chart.Hue;
import io.sidetrack.report.Chart.Line;
import io.sidetrack.report.Chart.Phase;
import io.sidetrack.report.Chart.Stroke;
import io.sidetrack.report.Chart.ValueAxis;
import io.sidetrack.report.Report.Charts;
import io.sidetrack.report.Report.Figure;
import io.sidetrack.report.Report.Notes;
import io.sidetrack.report.Report.Section;
import io.sidetrack.report.Report.Verdict;
import io.sidetrack.report.Scale.Kind;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;

/** Reports with every kind of content. */
final class Samples {
    /** A name that would become markup, end an attribute, control a terminal or change the direction of text. */
    static final String HOSTILE = "</title><script>alert('x')</script>\"& \u0000\u001b[2J\u202e\ud800]]>\uffff";

    private Samples() {}

    /** A report in which a name is everywhere where a name from outside can be. */
    static Report named(String name) {
        SplittableRandom random = new SplittableRandom(7);
        int n = 60;
        double[] seconds = new double[n];
        double[] live = new double[n];
        double[] backfill = new double[n];
        double[] latency = new double[n];
        double[] endpoint = new double[n];
        for (int i = 0; i < n; i++) {
            seconds[i] = i + 1;
            live[i] = random.nextInt(4);
            backfill[i] = i < 15 ? 0 : Math.max(0, 60_000 - (i - 15) * 1500);
            latency[i] = i >= 30 && i < 34 ? Double.NaN : 120 + random.nextInt(60) + (i > 15 ? random.nextInt(600) : 0);
            endpoint[i] = i == 5 ? Double.NaN : 4 + random.nextDouble() * (i > 15 ? 80 : 3);
        }
        List<Phase> phases =
                List.of(new Phase("live traffic only", 0, 15), new Phase(name, 15, 55), new Phase("last", 55, 60));
        Chart lag = new Chart(
                "Lag " + name,
                "Records that are not written yet: " + name + ".",
                TimeAxis.elapsed(),
                new ValueAxis("records", Kind.LOG_FROM_ZERO),
                seconds,
                List.of(
                        new Line("backfill lane", Hue.ORANGE, Stroke.SOLID, backfill),
                        new Line("live lane", Hue.BLUE, Stroke.SOLID, live),
                        new Line(name, Hue.GREY, Stroke.DASHED, live)),
                phases);
        Chart time = new Chart(
                "Latency",
                "The slowest live message of each second, and the time of the endpoint.",
                TimeAxis.of(Instant.parse("2026-03-01T23:59:40Z")),
                new ValueAxis("ms", Kind.LOG),
                seconds,
                List.of(
                        new Line("slowest", Hue.BLUE, Stroke.SOLID, latency),
                        new Line("endpoint", Hue.GREEN, Stroke.AREA, endpoint)),
                List.of());
        Chart rate = new Chart(
                "Written",
                "Records per second.",
                TimeAxis.elapsed(),
                new ValueAxis("records/s", Kind.LINEAR),
                seconds,
                List.of(new Line("written", Hue.PURPLE, Stroke.SOLID, backfill)),
                phases);
        Chart none = new Chart(
                "Nothing",
                "No value.",
                TimeAxis.elapsed(),
                new ValueAxis("s", Kind.LOG),
                new double[0],
                List.of(new Line("none", Hue.PURPLE, Stroke.SOLID, new double[0])),
                List.of());
        return new Report(
                "A report on " + name,
                "Made by " + name,
                Optional.of(new Verdict(Verdict.Kind.GOOD, "All of " + name)),
                List.of(new Figure("rate of " + name, "3,864/s", name), new Figure("lag", "61,234", "")),
                List.of(
                        new Section("Over time", "Text of " + name, List.of(Charts.of(lag), Charts.of(time))),
                        new Section("Side by side", "", List.of(Charts.of(rate, none))),
                        new Section(
                                "Compared",
                                "",
                                List.of(
                                        new Table(
                                                "Before and during " + name,
                                                List.of("", "before", name),
                                                List.of(
                                                        List.of("median", "134 ms", "150 ms"),
                                                        List.of(name, "181 ms", "806 ms"))),
                                        new Notes(List.of("A note on " + name))))),
                name,
                OptionalInt.empty());
    }
}
