package io.sidetrack.ops.deadletter;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.LaneOptions;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.LookupResult;
import io.sidetrack.ops.cluster.RecordLookup;
import io.sidetrack.ops.transaction.TransactionalProducer;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sidetrack dead-letters replay}. */
@Command(
        name = "replay",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Sends each dead letter once to its source topic. The record and the mark of the dead letter are written"
                    + " in one transaction, so that an interrupted replay loses and repeats nothing. A second replay of"
                    + " the same topic ends the first one, and continues where it stopped.",
            "Targets are only the lane or source after which the dead-letter topic is named, those that --source,"
                    + " --live, --backfill or their variables name, and --to-topic.",
            "A replayed record has its original headers, and sidetrack-attempt. For a reduced dead letter, its source"
                    + " record is fetched and sent. A dead letter that cannot be replayed is reported, and the replay"
                    + " continues.",
            "Exit codes: 0 done, or no dead letter found; 1 not done, some refused, or all skipped; 2 invalid"
                    + " arguments."
        })
final class ReplayCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private DeadLettersCommand.Topic topic;

    @Mixin
    private DeadLetterFilter filter;

    @Mixin
    private LaneOptions lanes;

    @Option(
            names = "--to-topic",
            paramLabel = "TOPIC",
            description = "The topic to send to. Default: the source topic of each dead letter.")
    private String to;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            defaultValue = "5",
            description = "Skip dead letters that were already replayed this often. Default: ${DEFAULT-VALUE}.")
    private int maxAttempts;

    @Option(names = "--dry-run", description = "Print what would be done, and change nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        try (Cluster cluster = topic.open()) {
            TopicFacts facts = topic.facts(cluster);
            facts.losesRecordsByKey().ifPresent(problem -> {
                throw new StartupException(
                        "--topic=" + facts.name(),
                        problem + "; replayed dead letters cannot be marked there",
                        "Set cleanup.policy=delete, as `sidetrack provision` does.");
            });
            if (to != null) {
                cluster.topics().require("--to-topic", to);
            }
            return dryRun ? dryRun(cluster, facts) : replay(cluster, facts);
        }
    }

    private int dryRun(Cluster cluster, TopicFacts facts) {
        Map<String, Long> byTarget = new TreeMap<>();
        Replay replay = read(
                cluster,
                facts,
                DeadLetterSnapshot.committed(cluster, facts, filter),
                new ReplayRefusals(this::report),
                batch -> batch.forEach(deadLetter -> byTarget.merge(deadLetter.target(), 1L, Long::sum)));
        return report("would replay", byTarget, replay);
    }

    private int replay(Cluster cluster, TopicFacts facts) {
        // A second replay of the topic at the same time fences the first one, whose transaction is then aborted.
        try (TransactionalProducer transactional = TransactionalProducer.open(cluster, transactionalId(facts.name()))) {
            // Fence before reading: another replay can commit nothing after that, and its earlier commits are read.
            Producer<byte[], byte[]> producer =
                    transactional.fenceOthers(failure -> ReplayTransactions.fenced(facts.name(), 0, failure));
            ReplayRefusals refusals = new ReplayRefusals(this::report);
            ReplayTransactions transactions = new ReplayTransactions(producer, facts.name(), refusals);
            Replay replay = read(
                    cluster, facts, DeadLetterSnapshot.upToEnd(cluster, facts, filter), refusals, transactions::send);
            return report("replayed", transactions.replayed(), replay);
        }
    }

    private Replay read(
            Cluster cluster,
            TopicFacts facts,
            DeadLetterSnapshot deadLetters,
            ReplayRefusals refusals,
            Consumer<List<ReplayRecord>> to) {
        ReplayTargets targets =
                new ReplayTargets(Optional.ofNullable(this.to), facts.name(), lanes.known(), name -> cluster.topics()
                        .find(List.of(name))
                        .containsKey(name));
        try (RecordLookup lookup = new RecordLookup(cluster)) {
            ReplayBatches batches = new ReplayBatches(
                    (sourceTopic, partition, offset) -> find(lookup, sourceTopic, partition, offset), refusals, to);
            Replay replay = new Replay(targets, maxAttempts, batches, refusals);
            deadLetters.each(deadLetter -> {
                if (!deadLetters.isReplayed(deadLetter)) {
                    replay.add(deadLetter);
                }
            });
            batches.end();
            return replay;
        }
    }

    private static LookupResult find(RecordLookup lookup, String sourceTopic, int partition, long offset) {
        try {
            return lookup.at(sourceTopic, partition, offset);
        } catch (KafkaException e) {
            throw new OpsException(
                    "the source record of a reduced dead letter, in %s, partition %d, offset %d, cannot be read (%s); run it again: it continues with those that are not replayed"
                            .formatted(sourceTopic, partition, offset, e.getMessage()),
                    e);
        }
    }

    private int report(String done, Map<String, Long> byTarget, Replay replay) {
        PrintWriter out = spec.commandLine().getOut();
        byTarget.forEach((target, count) -> out.printf(Locale.ROOT, "%s %,d to %s%n", done, count, target));
        replay.summary().forEach(out::println);
        out.flush();
        return replay.exitCode();
    }

    private void report(String refusal) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("sidetrack: " + refusal);
        err.flush();
    }

    private static String transactionalId(String topic) {
        return "sidetrack-replay-" + topic;
    }
}
