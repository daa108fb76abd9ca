package io.sidetrack.ops.deadletter;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.LookupResult;
import io.sidetrack.ops.cluster.Producers;
import io.sidetrack.ops.cluster.RecordLookup;
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
            "Sends dead letters to the topic that they came from, once each: a letter and the mark that it was replayed are"
                    + " written in one transaction, so that a replay which is interrupted loses and repeats nothing. A"
                    + " second replay of the same topic ends the first, and goes on behind it.",
            "DeadLetterReader go only to the lane or source that the dead-letter topic is named after, to those that --source,"
                    + " --live, --backfill or their variables name, or to --to-topic.",
            "Its headers are those that it came with, and sidetrack-attempt. Of a reduced letter, the record that it came"
                    + " from is fetched and sent. A letter that cannot be replayed is named, and the others go on.",
            "Exit codes: 0 done, or no letter found; 1 not done, some refused, or all left alone; 2 wrongly called."
        })
final class ReplayCommand implements Callable<Integer> {
    private static final long BUFFER_BYTES = Integer.MAX_VALUE;

    @Spec
    private CommandSpec spec;

    @Mixin
    private DeadLettersCommand.Topic topic;

    @Mixin
    private DeadLetterFilter filter;

    @Mixin
    private TargetOptions known;

    @Option(
            names = "--to-topic",
            paramLabel = "TOPIC",
            description = "Where to send them. Default: the topic that each came from.")
    private String to;

    @Option(
            names = "--max-attempts",
            paramLabel = "N",
            defaultValue = "5",
            description = "Leave those alone that were replayed so often before. Default: ${DEFAULT-VALUE}.")
    private int maxAttempts;

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean dryRun;

    @Override
    public Integer call() {
        try (Cluster cluster = topic.open()) {
            TopicFacts facts = topic.facts(cluster);
            facts.losesRecordsByKey().ifPresent(problem -> {
                throw new StartupException(
                        "--topic=" + facts.name(),
                        problem + "; what is replayed cannot be marked there",
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
                DeadLetterReader.now(cluster, facts, filter),
                new RefusedDeadLetters(this::complain),
                batch -> batch.forEach(letter -> byTarget.merge(letter.target(), 1L, Long::sum)));
        return report("would replay", byTarget, replay);
    }

    private int replay(Cluster cluster, TopicFacts facts) {
        try (Producer<byte[], byte[]> producer =
                Producers.open(cluster.client(), properties(cluster.client().producer(), facts.name()))) {
            // Fence before reading: what another replay has committed until now is read, and it commits nothing any
            // more.
            fence(producer, facts.name());
            RefusedDeadLetters refusals = new RefusedDeadLetters(this::complain);
            ReplayTransactions transactions = new ReplayTransactions(producer, facts.name(), refusals);
            Replay replay = read(
                    cluster, facts, DeadLetterReader.complete(cluster, facts, filter), refusals, transactions::send);
            return report("replayed", transactions.replayed(), replay);
        }
    }

    private static void fence(Producer<byte[], byte[]> producer, String topic) {
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            if (ReplayTransactions.isFenced(e)) {
                throw ReplayTransactions.fenced(topic, 0, e);
            }
            throw new OpsException(
                    "nothing replayed: the transaction of " + transactionalId(topic) + " cannot be begun ("
                            + e.getMessage()
                            + "); allow WRITE on this transactional id, and check that the brokers are up",
                    e);
        }
    }

    private Replay read(
            Cluster cluster,
            TopicFacts facts,
            DeadLetterReader letters,
            RefusedDeadLetters refusals,
            Consumer<List<ReplayRecord>> to) {
        ReplayTargets targets =
                new ReplayTargets(Optional.ofNullable(this.to), facts.name(), known.topics(), name -> cluster.topics()
                        .find(List.of(name))
                        .containsKey(name));
        try (RecordLookup lookup = new RecordLookup(cluster)) {
            ReplayBatches batches = new ReplayBatches(
                    (origin, partition, offset) -> find(lookup, origin, partition, offset), refusals, to);
            Replay replay = new Replay(targets, maxAttempts, batches, refusals);
            letters.each(letter -> {
                if (!letters.isReplayed(letter)) {
                    replay.add(letter);
                }
            });
            batches.end();
            return replay;
        }
    }

    private static LookupResult find(RecordLookup lookup, String origin, int partition, long offset) {
        try {
            return lookup.at(origin, partition, offset);
        } catch (KafkaException e) {
            throw new OpsException(
                    "the record of a reduced letter, in %s, partition %d, offset %d, cannot be read (%s); run it again, it goes on with those that are not replayed"
                            .formatted(origin, partition, offset, e.getMessage()),
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

    private void complain(String refusal) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("sidetrack: " + refusal);
        err.flush();
    }

    private static String transactionalId(String topic) {
        return "sidetrack-replay-" + topic;
    }

    private static Map<String, Object> properties(Map<String, Object> client, String topic) {
        // A second replay of the topic at the same time fences the first, which then has done nothing by halves.
        client.put("transactional.id", transactionalId(topic));
        client.put("acks", "all");
        client.put("enable.idempotence", true);
        // A record may have reached its topic only because it was compressed. The producer would check its size before
        // that, so
        // the broker alone decides; the memory is not taken before it is used.
        client.putIfAbsent("compression.type", "lz4");
        client.putIfAbsent("max.request.size", Integer.MAX_VALUE);
        client.putIfAbsent("buffer.memory", BUFFER_BYTES);
        return client;
    }
}
