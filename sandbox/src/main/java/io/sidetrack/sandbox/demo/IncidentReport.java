package io.sidetrack.sandbox.demo;

import io.sidetrack.report.Chart;
import io.sidetrack.report.Chart.Hue;
import io.sidetrack.report.Chart.Line;
import io.sidetrack.report.Chart.Stroke;
import io.sidetrack.report.Chart.ValueAxis;
import io.sidetrack.report.Report;
import io.sidetrack.report.Report.Charts;
import io.sidetrack.report.Report.Figure;
import io.sidetrack.report.Report.Notes;
import io.sidetrack.report.Report.Section;
import io.sidetrack.report.Scale;
import io.sidetrack.report.Table;
import io.sidetrack.report.TimeAxis;
import io.sidetrack.sandbox.Screen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/** The report of the incident at small scale: its ways to write, side by side. */
final class IncidentReport {
    private static final List<Hue> HUES = List.of(Hue.GREY, Hue.ORANGE, Hue.BLUE);
    private static final List<Stroke> STROKES = List.of(Stroke.DASHED, Stroke.SOLID, Stroke.SOLID);
    /** The most steps of a line, and the shortest of them. */
    private static final int STEPS = 120;

    private static final double STEP_S = 0.5;

    private IncidentReport() {}

    /**
     * @param results at most three, the slowest first
     * @param records the records of the backlog
     * @param latency the duration of a call to the table
     * @param machine the machine on which it ran
     */
    static Report of(List<IncidentResult> results, long records, Duration latency, String machine) {
        IncidentResult first = results.get(0);
        IncidentResult last = results.get(results.size() - 1);
        return new Report(
                "The incident, at small scale",
                text(
                        "scripts/demo.sh --incident: the same backlog of %,d records and live messages behind it, written in %d"
                                + " ways, with %d ms for each call to the table, on %s",
                        records, results.size(), latency.toMillis(), machine),
                Optional.empty(),
                List.of(
                        new Figure(
                                "As in the incident",
                                text("%,.1f/s", first.perSecond()),
                                "14.5 million records take " + time(first)),
                        new Figure(
                                "Sidetrack",
                                text("%,.0f/s", last.perSecond()),
                                "14.5 million records take " + time(last)),
                        new Figure("Faster by", text("%,.0f times", last.perSecond() / first.perSecond()), ""),
                        new Figure("Live messages with Sidetrack", median(last), last.liveText())),
                List.of(
                        measured(results, records),
                        new Section("Side by side", "", List.of(table(results))),
                        new Section(
                                "At the size of the incident",
                                "Calculated: 14.5 million records, at the rates that were measured here.",
                                List.of(Charts.of(calculated(results)))),
                        new Section("How to read this", "", List.of(notes(latency)))),
                "Written by Sidetrack's demo on " + machine + ".",
                OptionalInt.empty());
    }

    private static Section measured(List<IncidentResult> results, long records) {
        double[] seconds = common(results);
        Chart lag = new Chart(
                "Lag",
                text("Records of the backlog that are not written yet, of %,d.", records),
                TimeAxis.elapsed(),
                new ValueAxis("records", Scale.Kind.LINEAR),
                seconds,
                lines(results, seconds, IncidentResult.LEFT, 1),
                List.of());
        Chart latency = new Chart(
                "Latency of live messages",
                "5 live messages per second are sent from second 0 on. Shown is the slowest: of those that were found in the table"
                        + " in the last half second, and of those that still wait. Behind the backlog, nothing arrives, and the"
                        + " wait grows with the time.",
                TimeAxis.elapsed(),
                new ValueAxis("s", Scale.Kind.LOG),
                seconds,
                lines(results, seconds, IncidentResult.SLOWEST, 1e-3),
                List.of());
        Chart rate = new Chart(
                "Rate",
                "Records written per second.",
                TimeAxis.elapsed(),
                new ValueAxis("records/s", Scale.Kind.LOG_FROM_ZERO),
                seconds,
                lines(results, seconds, IncidentResult.RATE, 1),
                List.of());
        return new Section(
                "Lag, latency and rate over time", "", List.of(Charts.of(lag), Charts.of(latency), Charts.of(rate)));
    }

    /** Times that all results share, and the end of each. */
    private static double[] common(List<IncidentResult> results) {
        double longest = results.stream().mapToDouble(IncidentResult::end).max().orElseThrow();
        double step = Math.max(STEP_S, longest / STEPS);
        TreeSet<Double> times = new TreeSet<>();
        for (int i = 0; i * step < longest; i++) {
            times.add(i * step);
        }
        results.forEach(result -> times.add(result.end()));
        return times.stream().mapToDouble(Double::doubleValue).toArray();
    }

    private static List<Line> lines(List<IncidentResult> results, double[] seconds, int column, double factor) {
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            double[] values = Arrays.stream(results.get(i).at(seconds, column))
                    .map(value -> value * factor)
                    .toArray();
            lines.add(line(results, i, values));
        }
        return lines;
    }

    private static Line line(List<IncidentResult> results, int i, double[] values) {
        return new Line(shortName(results.get(i)), HUES.get(i), STROKES.get(i), values);
    }

    /** The name without the number of partitions, which the table has. */
    private static String shortName(IncidentResult result) {
        int comma = result.name().indexOf(',');
        return comma < 0 ? result.name() : result.name().substring(0, comma);
    }

    private static Chart calculated(List<IncidentResult> results) {
        TreeSet<Double> times = new TreeSet<>();
        double longest = Incident.RECORDS / results.get(0).perSecond();
        for (int i = 0; i <= STEPS; i++) {
            times.add(longest * i / STEPS);
        }
        results.forEach(result -> times.add(Incident.RECORDS / result.perSecond()));
        double[] seconds = times.stream().mapToDouble(Double::doubleValue).toArray();
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < results.size(); i++) {
            double perSecond = results.get(i).perSecond();
            double end = Incident.RECORDS / perSecond;
            lines.add(line(
                    results,
                    i,
                    Arrays.stream(seconds)
                            .map(second -> second > end ? Double.NaN : Incident.RECORDS - perSecond * second)
                            .toArray()));
        }
        return new Chart(
                "Lag of 14.5 million records",
                "Until the backlog is written, each live message behind it waits; with Sidetrack, it is not behind it.",
                TimeAxis.elapsed(),
                new ValueAxis("records", Scale.Kind.LINEAR),
                seconds,
                lines,
                List.of());
    }

    private static Table table(List<IncidentResult> results) {
        double slowest = results.get(0).perSecond();
        return new Table(
                "Rates were measured; the time for 14.5 million records is calculated from them",
                List.of("", "records/s", "factor", "time for 14.5 million", "live messages meanwhile"),
                results.stream()
                        .map(result -> List.of(
                                result.name(),
                                text("%,.1f", result.perSecond()),
                                text("%,.1f", result.perSecond() / slowest),
                                time(result),
                                result.liveText()))
                        .toList());
    }

    private static Notes notes(Duration latency) {
        return new Notes(List.of(
                text(
                        "The endpoint itself takes %d ms of each live message's time: a proxy delays every call of a writer by as"
                                + " much before DynamoDB Local executes it.",
                        latency.toMillis()),
                "\"One by one\" and \"batches\" are one topic of 3 partitions with one call in flight for each, as in the incident."
                        + " Sidetrack has a lane of 48 partitions for the backfill, many batches in flight, and a lane of its own"
                        + " for live messages.",
                "All processes share this machine, and DynamoDB Local executes one call at a time: the rate of Sidetrack is that of"
                        + " DynamoDB Local here, not its own maximum."));
    }

    private static String median(IncidentResult result) {
        return result.live().count() == 0 ? "–" : text("%,.0f ms", result.live().quantile(0.5));
    }

    private static String time(IncidentResult result) {
        return Screen.time(Incident.RECORDS / result.perSecond());
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
