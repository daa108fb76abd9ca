package io.sidetrack.ops.progress;

import io.sidetrack.common.control.Steering;
import io.sidetrack.ops.steering.SteeringText;
import io.sidetrack.report.Chart;
import io.sidetrack.report.Chart.Hue;
import io.sidetrack.report.Chart.Line;
import io.sidetrack.report.Chart.Stroke;
import io.sidetrack.report.Chart.ValueAxis;
import io.sidetrack.report.Report;
import io.sidetrack.report.Report.Block;
import io.sidetrack.report.Report.Charts;
import io.sidetrack.report.Report.Figure;
import io.sidetrack.report.Report.Notes;
import io.sidetrack.report.Report.Section;
import io.sidetrack.report.Report.Verdict;
import io.sidetrack.report.Scale;
import io.sidetrack.report.Table;
import io.sidetrack.report.TimeAxis;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Progress as a report: the last sample as figures and tables, all samples as charts. */
final class ProgressReport {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final String FOOTER =
            "Written by sidetrack progress --html. Lags are of offsets, as in Kafka's own tools.";
    private static final Map<String, Hue> HUES = Map.of("router", Hue.GREY, "live", Hue.BLUE, "backfill", Hue.ORANGE);
    private static final Map<String, Stroke> STROKES = Map.of("router", Stroke.DASHED);

    private ProgressReport() {}

    /**
     * The state before the first sample.
     *
     * @param reloadSeconds how often a browser reads the file again; empty if the command has ended
     */
    static Report waiting(Instant now, OptionalInt reloadSeconds) {
        return new Report(
                "Progress of Sidetrack",
                TIME.format(now),
                Optional.of(new Verdict(
                        Verdict.Kind.NEUTRAL,
                        reloadSeconds.isPresent()
                                ? "Waiting for the first measurement."
                                : "Ended before the first measurement.")),
                List.of(),
                List.of(),
                FOOTER,
                reloadSeconds);
    }

    /**
     * The state after a sample.
     *
     * @param history with at least one sample
     * @param start the time of the first sample
     * @param now the time of the last sample
     * @param ended when the command ended; empty while it runs
     * @param reloadSeconds how often a browser reads the file again; empty at the end
     */
    static Report of(
            ProgressHistory history, Instant start, Instant now, Optional<Instant> ended, OptionalInt reloadSeconds) {
        ProgressSample last = history.last().orElseThrow();
        List<Section> sections = new ArrayList<>();
        sections.add(new Section("Lag over time", "", List.of(Charts.of(lag(history, start)))));
        sections.add(new Section(
                "Rates side by side",
                "Averages over the last commits, as in the command's own output. A line begins when two commits are known.",
                List.of(rates(history, start))));
        if (!last.metrics().isEmpty()) {
            sections.add(new Section("Latency", "", List.of(latency(history, start))));
        }
        sections.add(new Section("Lanes", "", lanes(last)));
        List<Block> named = named(last);
        if (!named.isEmpty()) {
            sections.add(new Section("Backfills by name", "", named));
        }
        return new Report(
                "Progress of Sidetrack",
                start.equals(now)
                        ? "Measured at " + TIME.format(now)
                        : "Measured from %s to %s".formatted(TIME.format(start), TIME.format(now)),
                Optional.of(verdict(last, ended, reloadSeconds)),
                last.lanes().stream().map(ProgressReport::figure).toList(),
                sections,
                FOOTER,
                ended.isPresent() ? OptionalInt.empty() : reloadSeconds);
    }

    private static Verdict verdict(ProgressSample last, Optional<Instant> ended, OptionalInt reloadSeconds) {
        boolean nothingLeft = last.lanes().stream().allMatch(LaneProgress::nothingLeft);
        String state = nothingLeft ? "Nothing is left. " : "";
        String life = ended.map(at -> "Ended at %s: this page does not change any more.".formatted(TIME.format(at)))
                .orElse("Running: this page is read again every %d s.".formatted(reloadSeconds.orElse(0)));
        return new Verdict(nothingLeft ? Verdict.Kind.GOOD : Verdict.Kind.NEUTRAL, state + life);
    }

    private static Figure figure(LaneProgress lane) {
        return new Figure(
                "%s: lag in %s".formatted(lane.name(), lane.topic()), text("%,d", lane.lag()), ProgressText.left(lane));
    }

    private static Chart lag(ProgressHistory history, Instant start) {
        return chart(
                history,
                start,
                "Lag",
                "Offsets between the position of a group and the end of its topic. A writer commits every 15 s, so its lag"
                        + " falls in steps.",
                new ValueAxis("offsets", Scale.Kind.LOG_FROM_ZERO),
                history.last().orElseThrow().lanes().stream()
                        .map(lane -> line(lane.name(), lane.name(), history.lag(lane)))
                        .toList());
    }

    private static Charts rates(ProgressHistory history, Instant start) {
        List<Chart> charts = new ArrayList<>();
        for (LaneProgress lane : history.last().orElseThrow().lanes()) {
            boolean records = lane.rates().readsRecords() && lane.rates().writesRecords();
            charts.add(chart(
                    history,
                    start,
                    lane.name().equals("router") ? "The router" : "The %s lane".formatted(lane.name()),
                    "What arrives in %s, and what %s reads.".formatted(lane.topic(), lane.group()),
                    new ValueAxis(records ? "records/s" : "offsets/s", Scale.Kind.LINEAR),
                    List.of(
                            new Line("arriving", Hue.GREY, Stroke.DASHED, history.arriving(lane)),
                            new Line("read", hue(lane.name()), Stroke.SOLID, history.read(lane)))));
        }
        return new Charts(charts);
    }

    private static Charts latency(ProgressHistory history, Instant start) {
        List<Line> calls = new ArrayList<>();
        List<Line> ages = new ArrayList<>();
        for (String lane : ProgressHistory.WRITERS) {
            calls.add(line(lane + " writers", lane, history.callMs(lane)));
            ages.add(line(lane + " writers", lane, history.oldestSeconds(lane)));
        }
        return Charts.of(
                chart(
                        history,
                        start,
                        "Calls to DynamoDB",
                        "The average duration of a call, without the wait for a connection.",
                        new ValueAxis("ms", Scale.Kind.LOG),
                        calls),
                chart(
                        history,
                        start,
                        "Oldest record in a writer",
                        "The age of the oldest record that a writer has read and not finished.",
                        new ValueAxis("s", Scale.Kind.LINEAR),
                        ages));
    }

    private static Chart chart(
            ProgressHistory history, Instant start, String title, String caption, ValueAxis values, List<Line> lines) {
        return new Chart(title, caption, TimeAxis.of(start), values, history.seconds(), lines, List.of());
    }

    private static Line line(String name, String lane, double[] values) {
        return new Line(name, hue(lane), STROKES.getOrDefault(lane, Stroke.SOLID), values);
    }

    private static Hue hue(String lane) {
        return HUES.getOrDefault(lane, Hue.PURPLE);
    }

    private static List<Block> lanes(ProgressSample last) {
        List<List<String>> rows = new ArrayList<>();
        for (LaneProgress lane : last.lanes()) {
            rows.add(List.of(
                    lane.name(),
                    lane.topic(),
                    lane.group(),
                    text("%,d of %,d", lane.lag(), lane.total()),
                    ProgressText.rates(lane),
                    ProgressText.left(lane)));
        }
        List<Block> blocks = new ArrayList<>();
        blocks.add(new Table(
                "The last measurement", List.of("", "topic", "group", "lag, in offsets", "rates", "left"), rows));
        List<String> notes = new ArrayList<>(last.throttling().lines());
        if (!last.steering().equals(Steering.NONE)) {
            notes.add("backfill writers: " + SteeringText.of(last.steering()));
        }
        last.use().ifPresent(use -> notes.add(use.text()));
        if (!notes.isEmpty()) {
            blocks.add(new Notes(notes));
        }
        return blocks;
    }

    private static List<Block> named(ProgressSample last) {
        List<Block> tables = new ArrayList<>();
        List<List<String>> counted = last.backfills().rows();
        if (!counted.isEmpty()) {
            tables.add(new Table(
                    "As routers and writers have counted",
                    List.of("backfill", "routed", "written", "left", "rate", "state"),
                    counted));
        }
        if (!last.named().isEmpty()) {
            List<List<String>> rows = new ArrayList<>();
            last.named().forEach((name, records) -> rows.add(List.of(name, text("%,d", records))));
            tables.add(new Table("Since the routers' start", List.of("backfill", "records routed"), rows));
        }
        return tables;
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
