package io.sidetrack.ops.audit;

import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.audit.Finding.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The text of a report, for people or for programs. */
final class ReportText {
    private ReportText() {}

    static List<String> lines(Report report) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%s: %,d records routed, %,d not yet routed",
                report.scope().source(),
                report.source(),
                report.notYetRouted()));
        report.copies().forEach((topic, count) -> lines.add(String.format(Locale.ROOT, "  %,14d on %s", count, topic)));
        report.scope()
                .deleted()
                .forEach((lane, count) -> lines.add(String.format(
                        Locale.ROOT,
                        "  %,14d offsets of %s are deleted: records whose copies were there count as missing",
                        count,
                        lane)));
        if (report.parked() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %,14d parked in %s, until their backfill is resumed",
                    report.parked(),
                    report.scope().parked().topic()));
        }
        if (report.discarded() > 0) {
            lines.add(String.format(
                    Locale.ROOT, "  %,14d discarded, because their backfill is or was cancelled", report.discarded()));
        }
        if (report.returned() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %,14d on %s for the second time, because a writer had parked them",
                    report.returned(),
                    report.scope().parked().lane()));
        }
        if (report.replayed() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %,14d of them are replays of dead letters, or of a part of a topic",
                    report.replayed()));
        }
        if (report.outside() > 0) {
            lines.add(String.format(
                    Locale.ROOT, "  %,14d of them match no source record of the range", report.outside()));
        }
        if (report.undecided() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "  %,14d have an unknown order: there are identical records on the other lane or elsewhere in the"
                            + " source",
                    report.undecided()));
        }
        for (Kind kind : Kind.values()) {
            long count = report.findings().count(kind);
            if (count > 0) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%s%s: %,d, a record that %s",
                        report.isAllowed(kind) ? "accepted, " : "",
                        kind.code(),
                        count,
                        kind.meaning()));
                report.findings().first(kind).forEach(finding -> lines.add("  " + finding));
                if (report.findings().first(kind).size() < count) {
                    lines.add("  ...");
                }
            }
        }
        lines.add(report.isClean() ? clean(report) : "NOT CLEAN");
        return lines;
    }

    private static String clean(Report report) {
        return "clean: every record has arrived%s%s%s, unchanged and in the order of its key"
                .formatted(
                        report.scope().allowDuplicates() ? "" : " exactly once",
                        report.parked() > 0 ? ", or is parked" : "",
                        report.discarded() > 0 ? ", or was discarded" : "");
    }

    static JsonObject json(Report report) {
        JsonObject all = new JsonObject();
        all.put("clean", report.isClean());
        all.put("source", report.scope().source());
        all.put("routed", report.source());
        all.put("notYetRouted", report.notYetRouted());
        all.put("copies", report.copies());
        all.put("deleted", report.scope().deleted());
        all.put("parked", report.parked());
        all.put("discarded", report.discarded());
        all.put("returned", report.returned());
        all.put("replayed", report.replayed());
        all.put("outsideTheRange", report.outside());
        all.put("undecidedOrder", report.undecided());
        Map<String, Object> findings = new LinkedHashMap<>();
        for (Kind kind : Kind.values()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("count", report.findings().count(kind));
            one.put("accepted", report.isAllowed(kind));
            one.put(
                    "first",
                    report.findings().first(kind).stream().map(ReportText::json).toList());
            findings.put(kind.code(), one);
        }
        all.put("findings", findings);
        return all;
    }

    private static Map<String, Object> json(Finding finding) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("at", json(finding.at()));
        finding.source().ifPresent(position -> one.put("source", json(position)));
        finding.other().ifPresent(position -> one.put("before", json(position)));
        return one;
    }

    private static Map<String, Object> json(RecordPosition position) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("topic", position.topic());
        one.put("partition", position.partition());
        one.put("offset", position.offset());
        return one;
    }
}
