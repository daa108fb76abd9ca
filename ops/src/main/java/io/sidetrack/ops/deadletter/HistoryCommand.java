package io.sidetrack.ops.deadletter;

import io.sidetrack.common.control.DeadLetterReplay;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.ControlOptions;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.cluster.Cluster;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack dead-letters history}. */
@Command(
        name = "history",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Shows who replayed dead letters, when, and how many; with --each, which ones.",
            "Who and when is recorded in the control topic since `dead-letters replay` does so; replays of earlier versions"
                    + " are counted only."
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.NOT_DONE, ExitCodes.INVALID})
final class HistoryCommand implements Callable<Integer> {
    private static final String UNKNOWN = "(not recorded)";

    @Spec
    private CommandSpec spec;

    @Mixin
    private DeadLettersCommand.Topic topic;

    @Mixin
    private ControlOptions control;

    @Option(
            names = "--each",
            description = "Also print each replayed dead letter, and when and by whom it was replayed.")
    private boolean each;

    @Mixin
    private JsonOption json;

    /** A replayed dead letter. */
    private record Replayed(ReplayMark mark, Instant at, Optional<DeadLetterReplay> run) {}

    @Override
    public Integer call() {
        try (Cluster cluster = topic.open()) {
            TopicFacts facts = topic.facts(cluster);
            ReplayHistory history = new ReplayHistory(
                    cluster.control(control.topic()).deadLetterReplays(facts.name()),
                    cluster.topics().identity(facts.name()));
            Consumer<Consumer<Replayed>> marks = to -> DeadLetterSnapshot.marks(
                    cluster, facts, (mark, record) -> to.accept(replayed(history, mark, record)));
            PrintWriter out = spec.commandLine().getOut();
            if (json.isWanted()) {
                printJson(out, facts.name(), history, marks);
            } else {
                if (each) {
                    marks.accept(one -> out.printf(
                            "%s  %s  %s%n",
                            position(one.mark),
                            one.at,
                            one.run.map(DeadLetterReplay::by).orElse(UNKNOWN)));
                } else {
                    marks.accept(one -> {});
                }
                print(out, history);
            }
            out.flush();
            return 0;
        }
    }

    private static Replayed replayed(ReplayHistory history, ReplayMark mark, ConsumerRecord<byte[], byte[]> record) {
        Instant at = Instant.ofEpochMilli(record.timestamp());
        return new Replayed(mark, at, history.add(record.partition(), record.offset(), at));
    }

    private static String position(ReplayMark mark) {
        return mark.partition() + ":" + mark.offset();
    }

    private static void print(PrintWriter out, ReplayHistory history) {
        out.printf(
                "%-24s  %-24s  %10s %9s %9s  %-20s  %s%n",
                "started", "ended", "replayed", "refused", "skipped", "by", "selection");
        for (DeadLetterReplay run : history.runs()) {
            Optional<DeadLetterReplay.End> end = Optional.ofNullable(run.end());
            out.printf(
                    Locale.ROOT,
                    "%-24s  %-24s  %,10d %9s %9s  %-20s  %s%n",
                    Instant.ofEpochMilli(run.startedAtMs()),
                    end.map(is -> Instant.ofEpochMilli(is.atMs()) + (is.interrupted() ? ", interrupted" : ""))
                            .orElseGet(() -> endNotRecorded(history, run)),
                    history.marksOf(run),
                    end.map(is -> String.format(Locale.ROOT, "%,d", is.refused()))
                            .orElse("?"),
                    end.map(is -> String.format(Locale.ROOT, "%,d", is.skipped()))
                            .orElse("?"),
                    run.by(),
                    run.selection().isEmpty() ? "all" : run.selection());
        }
        if (history.unknown() > 0) {
            out.printf(
                    Locale.ROOT,
                    "%,d more were replayed by an earlier version, which did not record by whom%n",
                    history.unknown());
        }
    }

    /** What is known of the end of a run that has not recorded it. */
    private static String endNotRecorded(ReplayHistory history, DeadLetterReplay run) {
        return history.endedBefore(run).map(next -> "before " + next).orElse("running or killed")
                + history.lastMarkOf(run).map(at -> ", last letter " + at).orElse("");
    }

    private void printJson(PrintWriter out, String name, ReplayHistory history, Consumer<Consumer<Replayed>> marks) {
        if (each) {
            // The runs come last, because their counts are known only then.
            JsonOption.print(
                    out,
                    new JsonObject().put("topic", name),
                    "letters",
                    letters -> marks.accept(one -> letters.accept(new JsonObject()
                            .put("position", position(one.mark))
                            .put("at", one.at)
                            .put("by", one.run.map(DeadLetterReplay::by)))),
                    () -> runs(history));
        } else {
            marks.accept(one -> {});
            JsonOption.print(out, new JsonObject().put("topic", name).putAll(runs(history)));
        }
    }

    private static JsonObject runs(ReplayHistory history) {
        return new JsonObject()
                .put(
                        "runs",
                        history.runs().stream().map(run -> json(run, history)).toList())
                .put("notRecorded", history.unknown());
    }

    private static JsonObject json(DeadLetterReplay run, ReplayHistory history) {
        JsonObject json = new JsonObject()
                .put("started", Instant.ofEpochMilli(run.startedAtMs()))
                .put("by", run.by())
                .put("selection", run.selection())
                .put("replayed", history.marksOf(run))
                .put("lastReplayed", history.lastMarkOf(run))
                .put("endedBefore", history.endedBefore(run));
        Optional.ofNullable(run.end()).ifPresent(end -> json.put("ended", Instant.ofEpochMilli(end.atMs()))
                .put("interrupted", end.interrupted())
                .put("targets", end.replayed())
                .put("refused", end.refused())
                .put("skipped", end.skipped()));
        return json;
    }
}
