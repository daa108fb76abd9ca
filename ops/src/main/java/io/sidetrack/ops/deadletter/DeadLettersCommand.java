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
            "Lists, shows and replays what could not be written or routed.",
            "Nothing is taken out of the topic: what was replayed is marked there."
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
            description = "Counts dead letters by reason. Shows no key and no value.")
    static final class ListThem implements Callable<Integer> {
        private static final int LONGEST_REASON = 200;
        private static final int MOST_REASONS = 1_000;
        private static final String OTHERS = "(other reasons)";

        @Spec
        private CommandSpec spec;

        @Mixin
        private Topic topic;

        @Mixin
        private DeadLetterFilter filter;

        @Option(names = "--each", description = "Each that is open, with its place and origin, besides.")
        private boolean each;

        /** What there is of one reason. */
        private static final class Count {
            private long open;
            private long replayed;
            private long first = Long.MAX_VALUE;
            private long last;
        }

        @Override
        public Integer call() {
            try (Cluster cluster = topic.open()) {
                DeadLetterReader letters = DeadLetterReader.now(cluster, topic.facts(cluster), filter);
                Map<String, Count> counts = new TreeMap<>();
                letters.each(letter -> {
                    Count count = counts.computeIfAbsent(kind(letter, counts), reason -> new Count());
                    if (letters.isReplayed(letter)) {
                        count.replayed++;
                    } else {
                        count.open++;
                    }
                    count.first = Math.min(count.first, letter.record().timestamp());
                    count.last = Math.max(count.last, letter.record().timestamp());
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
                    letters.each(letter -> {
                        if (!letters.isReplayed(letter)) {
                            print(out, letter);
                        }
                    });
                }
                out.flush();
                return 0;
            }
        }

        /** The line that a letter is counted in: there are as many reasons as whoever writes to the topic likes. */
        private static String kind(DeadLetter letter, Map<String, Count> counts) {
            String reason = letter.reason();
            if (reason.length() > LONGEST_REASON) {
                reason = reason.substring(0, LONGEST_REASON);
            }
            return counts.containsKey(reason) || counts.size() < MOST_REASONS ? reason : OTHERS;
        }

        private static void print(PrintWriter out, DeadLetter letter) {
            out.printf(
                    "%s  %s  from %s, replayed %d times before%s%n",
                    letter.place(),
                    letter.reason(),
                    letter.originPlace(),
                    letter.attempts(),
                    letter.reduction().isPresent() ? ", reduced" : "");
        }
    }

    /** {@code sidetrack dead-letters show}. */
    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            sortOptions = false,
            description =
                    "Shows one dead letter: headers, key and value, or what was kept of them, as text, or in Base64 where it is"
                            + " none.")
    static final class Show implements Callable<Integer> {
        private static final String LEFT_OUT = "(left out)";
        private static final int MOST_CHARACTER_BYTES = 4;

        @Spec
        private CommandSpec spec;

        @Mixin
        private Topic topic;

        @Parameters(paramLabel = "PARTITION:OFFSET", description = "Where it lies in the dead-letter topic.")
        private String place;

        @Override
        public Integer call() {
            try (Cluster cluster = topic.open()) {
                DeadLetterFilter one =
                        new DeadLetterFilter(ReplayMark.place(place).orElseThrow(this::isNotThere));
                DeadLetterReader letters = DeadLetterReader.now(cluster, topic.facts(cluster), one);
                List<DeadLetter> found = new ArrayList<>();
                letters.each(found::add);
                DeadLetter letter = found.stream().findFirst().orElseThrow(this::isNotThere);
                PrintWriter out = spec.commandLine().getOut();
                out.println("reason    " + letter.reason());
                out.println("origin    " + letter.originPlace());
                out.println("came      " + Instant.ofEpochMilli(letter.record().timestamp()));
                out.println("replayed  " + (letters.isReplayed(letter) ? "yes" : "no") + ", and " + letter.attempts()
                        + " times before");
                for (Header header : letter.record().headers()) {
                    out.println("header    " + header.key() + " = " + text(header.value()));
                }
                Optional<Reduction> reduction = letter.reduction();
                reduction.ifPresent(left -> {
                    out.println("reduced   " + left.leftOut() + ": left out, or cut to their first bytes");
                    out.println("had key   " + text(left.key()));
                    out.println("had value " + text(left.value()));
                });
                List<String> leftOut = reduction
                        .map(left -> List.of(left.leftOut().split(",")))
                        .orElse(List.of());
                out.println("key       "
                        + (leftOut.contains("key")
                                ? LEFT_OUT
                                : text(letter.record().key())));
                out.println("value     "
                        + (leftOut.contains("value")
                                ? cut(letter)
                                : text(letter.record().value())));
                out.flush();
                return 0;
            }
        }

        private OpsException isNotThere() {
            return new OpsException("there is no dead letter at " + place + "; `dead-letters list --each` names them");
        }

        private static String text(Optional<Fingerprint> fingerprint) {
            return fingerprint
                    .map(of -> String.format(Locale.ROOT, "%,d bytes, SHA-256 %s", of.bytes(), of.sha256()))
                    .orElse("(null)");
        }

        /** The first bytes of a value, without a character that they end in the middle of. */
        private static String cut(DeadLetter letter) {
            byte[] value = letter.record().value();
            if (value == null || value.length == 0) {
                return LEFT_OUT;
            }
            int end = value.length;
            while (end > 0 && value.length - end < MOST_CHARACTER_BYTES && !isText(value, end)) {
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
                // What steers a terminal is not printed as it is.
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
