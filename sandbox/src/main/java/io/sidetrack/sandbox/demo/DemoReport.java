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
import io.sidetrack.report.Report.Verdict;
import io.sidetrack.report.Scale;
import io.sidetrack.report.Table;
import io.sidetrack.report.TimeAxis;
import io.sidetrack.sandbox.Screen;
import io.sidetrack.sandbox.demo.DemoResult.LaneAccount;
import io.sidetrack.sandbox.demo.DemoResult.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** The report of the demo. */
final class DemoReport {
    private DemoReport() {}

    /** @param machine the machine on which the demo ran */
    static Report of(DemoResult result, Recording recording, String machine) {
        return new Report(
                "A backfill beside live traffic",
                text(
                        "scripts/demo.sh: %,d records of a backfill and 5 live messages per second through the router and two"
                                + " writers into one table, on %s",
                        result.records(), machine),
                Optional.of(verdict(result)),
                List.of(
                        new Figure(
                                "Live latency during the backfill",
                                ms(result.during().latencies().quantile(0.5)),
                                text(
                                        "median; without backfill %s",
                                        ms(result.before().latencies().quantile(0.5)))),
                        new Figure(
                                "of which the endpoint took",
                                ms(result.during().endpointMs()),
                                text(
                                        "on average; without backfill %s",
                                        ms(result.before().endpointMs()))),
                        new Figure(
                                "Backfill",
                                text("%,.0f/s", result.perSecond()),
                                text(
                                        "%,d records in %s, including publishing",
                                        result.records(), Screen.time(result.seconds()))),
                        new Figure(
                                "Items per batch",
                                text("%.1f", result.itemsPerBatch()),
                                text("%,.0f batches of at most 25, without the warm-up", result.batches()))),
                List.of(
                        overTime(recording),
                        rates(recording),
                        comparison(result),
                        account(result),
                        new Section("How to read this", "", List.of(notes()))),
                "Written by Sidetrack's demo on " + machine + ".",
                OptionalInt.empty());
    }

    private static Verdict verdict(DemoResult result) {
        return result.isSame()
                ? new Verdict(
                        Verdict.Kind.GOOD,
                        text("Every record arrived: all %,d items of the table are as sent.", result.items()))
                : new Verdict(
                        Verdict.Kind.BAD,
                        text("%,d of %,d items are NOT as sent.", result.different(), result.items()));
    }

    private static Section overTime(Recording recording) {
        Chart lag = chart(
                recording,
                "Lag",
                "Records that are not written yet, by the place where they wait. The backfill waits on its own lane; live"
                        + " messages do not wait behind it.",
                new ValueAxis("records", Scale.Kind.LOG_FROM_ZERO),
                new Line("backfill lane", Hue.ORANGE, Stroke.SOLID, recording.values(Recording.BACKFILL_LAG)),
                new Line("source topic", Hue.GREY, Stroke.DASHED, recording.values(Recording.SOURCE_LAG)),
                new Line("live lane", Hue.BLUE, Stroke.SOLID, recording.values(Recording.LIVE_LAG)));
        Chart latency = chart(
                recording,
                "Latency of live messages",
                "From just before a message is sent until a consistent read finds it in the table; about 5 messages in each"
                        + " second. The green area is the part of it that the endpoint itself took: the live writer's call, and"
                        + " the read that found the message.",
                new ValueAxis("ms", Scale.Kind.LOG),
                new Line("slowest", Hue.BLUE, Stroke.SOLID, recording.values(Recording.SLOWEST)),
                new Line("median", Hue.BLUE, Stroke.DASHED, recording.values(Recording.MEDIAN)),
                new Line("endpoint alone", Hue.GREEN, Stroke.AREA, recording.values(Recording.ENDPOINT)));
        return new Section("Lag and latency over time", "", List.of(Charts.of(lag), Charts.of(latency)));
    }

    private static Section rates(Recording recording) {
        Chart live = chart(
                recording,
                "Live lane",
                "Records per second that the router sends to the lane, and that the writer writes to the table.",
                new ValueAxis("records/s", Scale.Kind.LINEAR),
                new Line("routed", Hue.GREY, Stroke.DASHED, recording.values(Recording.LIVE_ROUTED)),
                new Line("written", Hue.BLUE, Stroke.SOLID, recording.values(Recording.LIVE_WRITTEN)));
        Chart backfill = chart(
                recording,
                "Backfill lane",
                "The same for the backfill. What is routed faster than written waits on the lane.",
                new ValueAxis("records/s", Scale.Kind.LINEAR),
                new Line("routed", Hue.GREY, Stroke.DASHED, recording.values(Recording.BACKFILL_ROUTED)),
                new Line("written", Hue.ORANGE, Stroke.SOLID, recording.values(Recording.BACKFILL_WRITTEN)));
        return new Section("Rates side by side", "", List.of(Charts.of(live, backfill)));
    }

    private static Chart chart(Recording recording, String title, String caption, ValueAxis values, Line... lines) {
        return new Chart(
                title, caption, TimeAxis.elapsed(), values, recording.seconds(), List.of(lines), recording.phases());
    }

    private static Section comparison(DemoResult result) {
        Latencies before = result.before().latencies();
        Latencies during = result.during().latencies();
        Table live = new Table(
                "Live messages, from sending to finding them in the table",
                List.of("", "without backfill", "during the backfill"),
                List.of(
                        List.of("messages", text("%,d", before.count()), text("%,d", during.count())),
                        List.of("median (p50)", ms(before.quantile(0.5)), ms(during.quantile(0.5))),
                        List.of("p99", ms(before.quantile(0.99)), ms(during.quantile(0.99))),
                        List.of(
                                "the endpoint's part: a call of the live writer, on average",
                                ms(result.before().callMs()),
                                ms(result.during().callMs())),
                        List.of("the endpoint's part: the read that found it, on average", read(before), read(during)),
                        List.of("the endpoint's part: reads, p99", readP99(before), readP99(during))));
        double incidentSeconds = result.records() / Incident.PER_SECOND;
        Table incident = new Table(
                "Beside the incident. Its column is calculated from its own figures, for as many records; its table was remote,"
                        + " this one is local. scripts/demo.sh --incident measures both ways with the same 180 ms per call.",
                List.of("", "the incident: one topic, one by one", "this run: two lanes, batches"),
                List.of(
                        List.of("a call to the table", "180 ms", average(result.during())),
                        List.of(
                                "records written per second",
                                Incident.PER_SECOND + "",
                                text("%,.0f", result.perSecond())),
                        List.of("time for the backfill", Screen.time(incidentSeconds), Screen.time(result.seconds())),
                        List.of(
                                "a live message that is sent meanwhile",
                                "waits for the backlog, up to " + Screen.time(incidentSeconds),
                                text("p50 %s, p99 %s", ms(during.quantile(0.5)), ms(during.quantile(0.99))))));
        return new Section("Side by side", "", List.of(live, incident));
    }

    private static Section account(DemoResult result) {
        List<List<String>> rows = new ArrayList<>();
        for (LaneAccount lane : result.lanes()) {
            rows.add(row(
                    lane.lane() + " lane",
                    lane.sent(),
                    lane.routed(),
                    lane.written(),
                    lane.superseded(),
                    lane.deadLettered(),
                    lane.missing()));
        }
        return new Section(
                "Where every record is",
                text(
                        "Counted by the services from their start, and thus with the %,d backfilled records of the warm-up.",
                        result.warmUpRecords()),
                List.of(
                        new Table(
                                "Records by outcome. A superseded record was replaced by a newer one of its key before it was"
                                        + " written.",
                                List.of("", "sent", "routed", "written", "superseded", "dead letters", "missing"),
                                rows),
                        new Table(
                                "The table, compared with what was sent: every item, every field",
                                List.of("", "items"),
                                List.of(
                                        List.of("expected", text("%,d", result.items())),
                                        List.of(
                                                "as sent",
                                                text("%,d", Math.max(0, result.items() - result.different()))),
                                        List.of("missing, different or extra", text("%,d", result.different()))))));
    }

    private static List<String> row(String name, long... counts) {
        List<String> row = new ArrayList<>(List.of(name));
        for (long count : counts) {
            row.add(text("%,d", count));
        }
        return row;
    }

    private static Notes notes() {
        return new Notes(List.of(
                "All processes share this machine: a broker, DynamoDB Local, the router, two writers and this demo. DynamoDB"
                        + " Local executes one call at a time, so during the backfill every call waits for others, and so does"
                        + " each read by which the demo looks for live messages. On DynamoDB, calls do not wait for each other."
                        + " The time of the endpoint alone shows how much of the latency this is.",
                "The rest is the way through Kafka: the router sends records in transactions, and a writer can read a record"
                        + " only after the commit, of which a busy router has one every 100 ms.",
                "The warm-up is not shown. Batches, rates and latencies are those of the measured part."));
    }

    private static String average(Part part) {
        return ms(part.callMs()) + " on average";
    }

    private static String read(Latencies latencies) {
        return ms(latencies.averageReadMs());
    }

    private static String readP99(Latencies latencies) {
        return latencies.count() == 0 ? "–" : ms(latencies.readQuantile(0.99));
    }

    private static String ms(double ms) {
        if (Double.isNaN(ms)) {
            return "–";
        }
        return String.format(Locale.ROOT, ms < 10 ? "%.1f ms" : "%,.0f ms", ms);
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }
}
