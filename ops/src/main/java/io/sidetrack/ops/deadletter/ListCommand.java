package io.sidetrack.ops.deadletter;

import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.cluster.Cluster;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack dead-letters list}. */
@Command(
        name = "list",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = "Counts dead letters by reason. Prints neither keys nor values.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.NOT_DONE, ExitCodes.INVALID})
final class ListCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private DeadLettersCommand.Topic topic;

    @Mixin
    private DeadLetterFilter filter;

    @Option(names = "--each", description = "Also print each open dead letter with its position and origin.")
    private boolean each;

    @Mixin
    private JsonOption json;

    /** The dead letters with one reason. */
    private static final class Count {
        private long open;
        private long replayed;
        private long first = Long.MAX_VALUE;
        private long last;
    }

    @Override
    public Integer call() {
        filter.check();
        try (Cluster cluster = topic.open()) {
            DeadLetterSnapshot deadLetters = DeadLetterSnapshot.committed(cluster, topic.facts(cluster), filter);
            Map<String, Count> counts = new TreeMap<>();
            deadLetters.each(deadLetter -> {
                Count count = counts.computeIfAbsent(Reasons.limited(deadLetter, counts.keySet()), one -> new Count());
                if (deadLetters.isReplayed(deadLetter)) {
                    count.replayed++;
                } else {
                    count.open++;
                }
                count.first = Math.min(count.first, deadLetter.record().timestamp());
                count.last = Math.max(count.last, deadLetter.record().timestamp());
            });
            PrintWriter out = spec.commandLine().getOut();
            if (json.isWanted()) {
                printJson(out, counts, deadLetters);
            } else {
                print(out, counts);
                if (each) {
                    eachOpen(deadLetters, deadLetter -> print(out, deadLetter));
                }
            }
            out.flush();
            return 0;
        }
    }

    private static void eachOpen(DeadLetterSnapshot deadLetters, Consumer<DeadLetter> to) {
        deadLetters.each(deadLetter -> {
            if (!deadLetters.isReplayed(deadLetter)) {
                to.accept(deadLetter);
            }
        });
    }

    private static void print(PrintWriter out, Map<String, Count> counts) {
        out.printf("%-24s %10s %10s  %-24s  %s%n", "reason", "open", "replayed", "first", "last");
        counts.forEach((reason, count) -> out.printf(
                Locale.ROOT,
                "%-24s %,10d %,10d  %-24s  %s%n",
                reason,
                count.open,
                count.replayed,
                Instant.ofEpochMilli(count.first),
                Instant.ofEpochMilli(count.last)));
    }

    private static void print(PrintWriter out, DeadLetter deadLetter) {
        out.printf(
                "%s  %s  from %s, replayed %d times before%s%n",
                deadLetter.position(),
                deadLetter.reason(),
                deadLetter.sourcePosition(),
                deadLetter.attempts(),
                deadLetter.reduction().isPresent() ? ", reduced" : "");
    }

    private void printJson(PrintWriter out, Map<String, Count> counts, DeadLetterSnapshot deadLetters) {
        JsonObject result = new JsonObject()
                .put("topic", topic.name())
                .put(
                        "reasons",
                        counts.entrySet().stream()
                                .map(entry -> json(entry.getKey(), entry.getValue()))
                                .toList());
        if (each) {
            JsonOption.print(
                    out,
                    result,
                    "letters",
                    letters -> eachOpen(deadLetters, deadLetter -> letters.accept(json(deadLetter))));
        } else {
            JsonOption.print(out, result);
        }
    }

    private static JsonObject json(String reason, Count count) {
        return new JsonObject()
                .put("reason", reason)
                .put("open", count.open)
                .put("replayed", count.replayed)
                .put("first", Instant.ofEpochMilli(count.first))
                .put("last", Instant.ofEpochMilli(count.last));
    }

    private static JsonObject json(DeadLetter deadLetter) {
        return new JsonObject()
                .put("position", deadLetter.position())
                .put("reason", deadLetter.reason())
                .put("origin", deadLetter.origin())
                .put("attempts", deadLetter.attempts())
                .put("reduced", deadLetter.reduction().isPresent());
    }
}
