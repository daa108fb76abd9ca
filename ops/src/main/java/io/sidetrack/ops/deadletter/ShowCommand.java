package io.sidetrack.ops.deadletter;

import io.sidetrack.common.record.Fingerprint;
import io.sidetrack.common.record.Reduction;
import io.sidetrack.ops.ExitCodes;
import io.sidetrack.ops.JsonObject;
import io.sidetrack.ops.JsonOption;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.kafka.common.header.Header;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidetrack dead-letters show}. */
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description =
                "Shows one dead letter: headers, key and value, as far as they are kept, as text, or in Base64 if they"
                        + " are not text.",
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, "1:not done, or no such dead letter", ExitCodes.INVALID})
final class ShowCommand implements Callable<Integer> {
    private static final String LEFT_OUT = "(left out)";

    @Spec
    private CommandSpec spec;

    @Mixin
    private DeadLettersCommand.Topic topic;

    @Parameters(paramLabel = "PARTITION:OFFSET", description = "The position in the dead-letter topic.")
    private String position;

    @Mixin
    private JsonOption json;

    @Override
    public Integer call() {
        try (Cluster cluster = topic.open()) {
            DeadLetterFilter one =
                    new DeadLetterFilter(ReplayMark.parse(position).orElseThrow(this::notFound));
            DeadLetterSnapshot deadLetters = DeadLetterSnapshot.committed(cluster, topic.facts(cluster), one);
            List<DeadLetter> found = new ArrayList<>();
            deadLetters.each(found::add);
            DeadLetter deadLetter = found.stream().findFirst().orElseThrow(this::notFound);
            PrintWriter out = spec.commandLine().getOut();
            if (json.isWanted()) {
                JsonOption.print(out, json(deadLetter, deadLetters.isReplayed(deadLetter)));
            } else {
                print(out, deadLetter, deadLetters.isReplayed(deadLetter));
            }
            return 0;
        }
    }

    private OpsException notFound() {
        return new OpsException("there is no dead letter at " + position + "; `dead-letters list --each` names them");
    }

    private static List<String> leftOut(DeadLetter deadLetter) {
        return deadLetter
                .reduction()
                .map(left -> List.of(left.leftOut().split(",")))
                .orElse(List.of());
    }

    private static void print(PrintWriter out, DeadLetter deadLetter, boolean replayed) {
        out.println("reason    " + deadLetter.reason());
        out.println("origin    " + deadLetter.sourcePosition());
        out.println("arrived   " + Instant.ofEpochMilli(deadLetter.record().timestamp()));
        out.println("replayed  " + (replayed ? "yes" : "no") + ", and " + deadLetter.attempts() + " times before");
        for (Header header : deadLetter.record().headers()) {
            out.println("header    " + header.key() + " = " + RecordText.of(header.value()));
        }
        deadLetter.reduction().ifPresent(left -> {
            out.println("reduced   " + left.leftOut() + ": left out, or cut to their first bytes");
            out.println("key was   " + text(left.key()));
            out.println("value was " + text(left.value()));
        });
        List<String> leftOut = leftOut(deadLetter);
        out.println("key       "
                + (leftOut.contains("key")
                        ? LEFT_OUT
                        : RecordText.of(deadLetter.record().key())));
        out.println("value     "
                + (leftOut.contains("value")
                        ? RecordText.cut(deadLetter.record().value()).orElse(LEFT_OUT)
                        : RecordText.of(deadLetter.record().value())));
        out.flush();
    }

    private static String text(Optional<Fingerprint> fingerprint) {
        return fingerprint
                .map(of -> String.format(Locale.ROOT, "%,d bytes, SHA-256 %s", of.bytes(), of.sha256()))
                .orElse("(null)");
    }

    private JsonObject json(DeadLetter deadLetter, boolean replayed) {
        List<JsonObject> headers = new ArrayList<>();
        for (Header header : deadLetter.record().headers()) {
            headers.add(new JsonObject().put("name", header.key()).put("value", RecordText.json(header.value())));
        }
        return new JsonObject()
                .put("topic", topic.name())
                .put("position", deadLetter.position())
                .put("reason", deadLetter.reason())
                .put("origin", deadLetter.origin())
                .put("arrived", Instant.ofEpochMilli(deadLetter.record().timestamp()))
                .put("replayed", replayed)
                .put("attempts", deadLetter.attempts())
                .put("headers", headers)
                .put("key", RecordText.json(deadLetter.record().key()))
                .put("value", RecordText.json(deadLetter.record().value()))
                .put("leftOut", leftOut(deadLetter))
                .put("wholeKey", deadLetter.reduction().flatMap(Reduction::key).map(ShowCommand::json))
                .put(
                        "wholeValue",
                        deadLetter.reduction().flatMap(Reduction::value).map(ShowCommand::json));
    }

    private static JsonObject json(Fingerprint fingerprint) {
        return new JsonObject().put("bytes", fingerprint.bytes()).put("sha256", fingerprint.sha256());
    }
}
