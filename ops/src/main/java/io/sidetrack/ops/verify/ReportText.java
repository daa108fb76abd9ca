package io.sidetrack.ops.verify;

import io.sidetrack.ops.DurationText;
import io.sidetrack.ops.JsonObject;
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
        Tally tally = report.tally();
        lines.add(text(
                "%s and table %s, mode %s: %,d records, %,d keys compared in %s (%,.0f/s), %,.0f read units",
                report.source(),
                report.table(),
                report.mode(),
                report.records(),
                tally.keys(),
                DurationText.of(report.seconds()),
                report.keysPerSecond(),
                report.readUnits()));
        if (report.samplePercent() < 100) {
            lines.add(text("  a sample of %s %% of the keys", report.samplePercent()));
        }
        count(lines, report.deadLetters(), "records have a dead letter, and say nothing about the table");
        count(lines, report.pending(), "records are beyond the offsets that the writer has committed");
        count(lines, report.deleted(), "offsets of the lane are deleted: what was there is not known");
        count(lines, tally.silent(), "keys have only deletes, which the mode keep-existing skips");
        count(
                lines,
                tally.unordered(),
                "keys have records in several partitions, whose order is unknown: the last of each is accepted");
        report.scanned().ifPresent(items -> lines.add(text("  %,14d items in the whole table", items)));
        for (Outcome outcome : Outcome.values()) {
            long count = tally.count(outcome);
            if (count > 0) {
                lines.add(text("%s: %,d, %s", outcome.code(), count, outcome.meaning()));
                tally.first(outcome).forEach(finding -> lines.add("  " + finding));
                if (!outcome.isGood() && tally.first(outcome).size() < count) {
                    lines.add("  ...");
                }
            }
        }
        lines.add(
                report.isClean()
                        ? tally.keys() == 0
                                ? "clean, but there was nothing to compare"
                                : "clean: the table contains what the records say"
                        : report.interrupted() ? "INTERRUPTED: the rest was not compared" : "NOT CLEAN");
        return lines;
    }

    private static void count(List<String> lines, long count, String what) {
        if (count > 0) {
            lines.add(text("  %,14d %s", count, what));
        }
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    static JsonObject json(Report report) {
        Tally tally = report.tally();
        JsonObject all = new JsonObject();
        all.put("clean", report.isClean());
        all.put("interrupted", report.interrupted());
        all.put("source", report.source());
        all.put("table", report.table());
        all.put("mode", report.mode());
        all.put("samplePercent", report.samplePercent());
        all.put("records", report.records());
        all.put("deadLettered", report.deadLetters());
        all.put("notYetCommitted", report.pending());
        all.put("deleted", report.deleted());
        all.put("keys", tally.keys());
        all.put("withoutExpectation", tally.silent());
        all.put("unorderedKeys", tally.unordered());
        report.scanned().ifPresent(items -> all.put("itemsInTable", items));
        all.put("readUnits", report.readUnits());
        all.put("seconds", report.seconds());
        Map<String, Object> outcomes = new LinkedHashMap<>();
        for (Outcome outcome : Outcome.values()) {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("count", tally.count(outcome));
            one.put("accepted", outcome.isGood());
            one.put("first", tally.first(outcome).stream().map(ReportText::json).toList());
            outcomes.put(outcome.code(), one);
        }
        all.put("outcomes", outcomes);
        return all;
    }

    private static Map<String, Object> json(Finding finding) {
        Map<String, Object> one = new LinkedHashMap<>();
        finding.key().ifPresent(key -> one.put("key", key));
        finding.at().ifPresent(at -> one.put("record", at));
        finding.reason().ifPresent(reason -> one.put("reason", reason));
        if (!finding.differing().isEmpty()) {
            one.put("differing", finding.differing());
        }
        if (finding.lacking() > 0) {
            one.put("lacking", finding.lacking());
        }
        return one;
    }
}
