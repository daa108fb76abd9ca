package io.sidetrack.ops.deadletter;

import io.sidetrack.common.record.Fingerprint;
import io.sidetrack.common.record.Reduction;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.KafkaOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.kafka.common.header.Header;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidetrack dead-letters}. */
@Command(
        name = "dead-letters",
        mixinStandardHelpOptions = true,
        description = {
            "Lists, shows and replays records that could not be written or routed.",
            "Dead letters are never removed from their topic. Replayed ones are marked there."
        },
        subcommands = {DeadLettersCommand.ListThem.class, DeadLettersCommand.Show.class, ReplayCommand.class})
public final class DeadLettersCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a subcommand is missing: list, show or replay");
    }

    /** The dead-letter topic of a command. */
    static final class Topic {
        @Mixin
        private KafkaOptions kafka;

        @Option(
                names = "--topic",
                required = true,
                paramLabel = "TOPIC",
                description = "The dead-letter topic, such as orders-live-dead-letters.")
        private String name;

        Cluster open() {
            return Cluster.open(kafka.properties());
        }

        TopicFacts facts(Cluster cluster) {
            return cluster.topics().require("--topic", name);
        }
    }

    /** {@code sidetrack dead-letters list}. */
    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description = "Counts dead letters by reason. Prints neither keys nor values.")
    static final class ListThem implements Callable<Integer> {
        private static final int MAX_REASON_LENGTH = 200;
        private static final int MAX_REASONS = 1_000;
        private static final String OTHERS = "(other reasons)";

        @Spec
        private CommandSpec spec;

        @Mixin
        private Topic topic;

        @Mixin
        private DeadLetterFilter filter;

        @Option(names = "--each", description = "Also print each open dead letter with its position and origin.")
        private boolean each;

        /** The dead letters with one reason. */
        private static final class Count {
            private long open;
            private long replayed;
            private long first = Long.MAX_VALUE;
            private long last;
        }

        @Override
        public Integer call() {
            try (Cluster cluster = topic.open()) {
                DeadLetterSnapshot deadLetters = DeadLetterSnapshot.committed(cluster, topic.facts(cluster), filter);
                Map<String, Count> counts = new TreeMap<>();
                deadLetters.each(deadLetter -> {
                    Count count = counts.computeIfAbsent(kind(deadLetter, counts), reason -> new Count());
                    if (deadLetters.isReplayed(deadLetter)) {
                        count.replayed++;
                    } else {
                        count.open++;
                    }
                    count.first = Math.min(count.first, deadLetter.record().timestamp());
                    count.last = Math.max(count.last, deadLetter.record().timestamp());
                });
                PrintWriter out = spec.commandLine().getOut();
                out.printf("%-24s %10s %10s  %-24s  %s%n", "reason", "open", "replayed", "first", "last");
                counts.forEach((reason, count) -> out.printf(
                        Locale.ROOT,
                        "%-24s %,10d %,10d  %-24s  %s%n",
                        reason,
                        count.open,
                        count.replayed,
                        Instant.ofEpochMilli(count.first),
                        Instant.ofEpochMilli(count.last)));
                if (each) {
                    deadLetters.each(deadLetter -> {
                        if (!deadLetters.isReplayed(deadLetter)) {
                            print(out, deadLetter);
                        }
                    });
                }
                out.flush();
                return 0;
            }
        }

        /** The line in which a dead letter is counted. The number of lines is limited, because any producer can invent reasons. */
        private static String kind(DeadLetter deadLetter, Map<String, Count> counts) {
            String reason = deadLetter.reason();
            if (reason.length() > MAX_REASON_LENGTH) {
                reason = reason.substring(0, MAX_REASON_LENGTH);
            }
            return counts.containsKey(reason) || counts.size() < MAX_REASONS ? reason : OTHERS;
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
    }

    /** {@code sidetrack dead-letters show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Shows one dead letter: headers, key and value, as far as they are kept, as text, or in Base64 if"
                            + " they are not text.")
    static final class Show implements Callable<Integer> {
        private static final String LEFT_OUT = "(left out)";
        private static final int MAX_CHARACTER_BYTES = 4;

        @Spec
        private CommandSpec spec;

        @Mixin
        private Topic topic;

        @Parameters(paramLabel = "PARTITION:OFFSET", description = "The position in the dead-letter topic.")
        private String position;

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
                out.println("reason    " + deadLetter.reason());
                out.println("origin    " + deadLetter.sourcePosition());
                out.println(
                        "arrived   " + Instant.ofEpochMilli(deadLetter.record().timestamp()));
                out.println("replayed  " + (deadLetters.isReplayed(deadLetter) ? "yes" : "no") + ", and "
                        + deadLetter.attempts() + " times before");
                for (Header header : deadLetter.record().headers()) {
                    out.println("header    " + header.key() + " = " + text(header.value()));
                }
                Optional<Reduction> reduction = deadLetter.reduction();
                reduction.ifPresent(left -> {
                    out.println("reduced   " + left.leftOut() + ": left out, or cut to their first bytes");
                    out.println("key was   " + text(left.key()));
                    out.println("value was " + text(left.value()));
                });
                List<String> leftOut = reduction
                        .map(left -> List.of(left.leftOut().split(",")))
                        .orElse(List.of());
                out.println("key       "
                        + (leftOut.contains("key")
                                ? LEFT_OUT
                                : text(deadLetter.record().key())));
                out.println("value     "
                        + (leftOut.contains("value")
                                ? cut(deadLetter)
                                : text(deadLetter.record().value())));
                out.flush();
                return 0;
            }
        }

        private OpsException notFound() {
            return new OpsException(
                    "there is no dead letter at " + position + "; `dead-letters list --each` names them");
        }

        private static String text(Optional<Fingerprint> fingerprint) {
            return fingerprint
                    .map(of -> String.format(Locale.ROOT, "%,d bytes, SHA-256 %s", of.bytes(), of.sha256()))
                    .orElse("(null)");
        }

        /** The first bytes of a value, without a truncated character at the end. */
        private static String cut(DeadLetter deadLetter) {
            byte[] value = deadLetter.record().value();
            if (value == null || value.length == 0) {
                return LEFT_OUT;
            }
            int end = value.length;
            while (end > 0 && value.length - end < MAX_CHARACTER_BYTES && !isText(value, end)) {
                end--;
            }
            return text(isText(value, end) ? Arrays.copyOf(value, end) : value) + " ...";
        }

        private static boolean isText(byte[] bytes, int end) {
            try {
                var unused = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, end));
                return true;
            } catch (CharacterCodingException e) {
                return false;
            }
        }

        private static String text(byte[] bytes) {
            if (bytes == null) {
                return "(null)";
            }
            try {
                String text = StandardCharsets.UTF_8
                        .newDecoder()
                        .decode(ByteBuffer.wrap(bytes))
                        .toString();
                // Text with control characters is not printed as text.
                if (text.chars().noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r')) {
                    return text;
                }
            } catch (CharacterCodingException e) {
                // Not text.
            }
            return "base64:" + Base64.getEncoder().encodeToString(bytes);
        }
    }
}
