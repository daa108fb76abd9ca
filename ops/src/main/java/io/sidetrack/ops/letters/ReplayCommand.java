package io.sidetrack.ops.letters;

import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.RecordLookup;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
                    + " written in one transaction, so that a replay which is interrupted loses and repeats nothing.",
            "Its headers are those that it came with, and sidetrack-attempt. Of a reduced letter, the record that it came"
                    + " from is fetched and sent; if that record is gone, the letter is refused and the others go on.",
            "Exit codes: 0 done, 1 not done or some refused, 2 wrongly called."
        })
final class ReplayCommand implements Callable<Integer> {
    private static final long LEAST_REQUEST_BYTES = 32L * 1024 * 1024;
    private static final long LEAST_BUFFER_BYTES = 64L * 1024 * 1024;

    @Spec
    private CommandSpec spec;

    @Mixin
    private DeadLettersCommand.Topic topic;

    @Mixin
    private LetterFilter filter;

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
            List<Letter> open = Letters.read(cluster, facts, filter).open();
            List<Letter> ready = open.stream()
                    .filter(letter -> target(letter).isPresent() && letter.attempts() < maxAttempts)
                    .toList();
            // Whether a reduced letter's origin still exists is part of fetching its record from there.
            ready.stream()
                    .filter(letter -> to != null || letter.reduction().isEmpty())
                    .map(letter -> target(letter).orElseThrow())
                    .distinct()
                    .forEach(target -> cluster.topics().require("--to-topic", target));
            Map<String, Long> byTarget = new TreeMap<>();
            int refused = replay(cluster, facts, ready, byTarget);
            PrintWriter out = spec.commandLine().getOut();
            byTarget.forEach((target, count) ->
                    out.printf(Locale.ROOT, "%s %,d to %s%n", dryRun ? "would replay" : "replayed", count, target));
            if (refused > 0) {
                out.printf(Locale.ROOT, "refused %,d: reduced, and their records cannot be fetched%n", refused);
            }
            if (ready.size() < open.size()) {
                out.printf(
                        Locale.ROOT,
                        "left %,d alone: replayed %d times before, or without a header that says where they came from%n",
                        open.size() - ready.size(),
                        maxAttempts);
            }
            if (open.isEmpty()) {
                out.println("nothing to replay");
            }
            out.flush();
            return refused > 0 ? 1 : 0;
        }
    }

    private Optional<String> target(Letter letter) {
        return Optional.ofNullable(to).or(letter::origin);
    }

    /**
     * Replays letters, or, in a dry run, counts them.
     *
     * @param byTarget receives how many there are for each topic
     * @return how many have been refused
     */
    private int replay(Cluster cluster, TopicFacts facts, List<Letter> ready, Map<String, Long> byTarget) {
        try (RecordLookup lookup = new RecordLookup(cluster)) {
            ReplayBatches batches = new ReplayBatches(
                    ready.iterator(), lookup, letter -> target(letter).orElseThrow(), this::refuse);
            if (dryRun) {
                for (List<Outgoing> batch = batches.next(); !batch.isEmpty(); batch = batches.next()) {
                    batch.forEach(letter -> byTarget.merge(letter.target(), 1L, Long::sum));
                }
            } else if (!ready.isEmpty()) {
                send(cluster, facts, batches, byTarget);
            }
            return batches.refused();
        } catch (KafkaException e) {
            throw new OpsException(
                    String.format(
                            Locale.ROOT,
                            "%,d replayed, then it stopped: %s",
                            dryRun ? 0 : sum(byTarget),
                            e.getMessage()),
                    e);
        }
    }

    private void refuse(String reason) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("sidetrack: " + reason);
        err.flush();
    }

    private static void send(Cluster cluster, TopicFacts facts, ReplayBatches batches, Map<String, Long> byTarget) {
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties(cluster, facts), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            for (List<Outgoing> batch = batches.next(); !batch.isEmpty(); batch = batches.next()) {
                AtomicReference<Exception> refused = new AtomicReference<>();
                Callback callback = (metadata, failure) -> refused.compareAndSet(null, failure);
                producer.beginTransaction();
                for (Outgoing letter : batch) {
                    var unusedRecord = producer.send(letter.replayed(), callback);
                    var unusedMark = producer.send(letter.mark(), callback);
                }
                producer.flush();
                if (refused.get() != null) {
                    producer.abortTransaction();
                    throw new OpsException(String.format(
                            Locale.ROOT,
                            "%,d replayed, then one was not accepted (%s); narrow it down with --offsets",
                            sum(byTarget),
                            refused.get().getMessage()));
                }
                producer.commitTransaction();
                batch.forEach(letter -> byTarget.merge(letter.target(), 1L, Long::sum));
            }
        }
    }

    private static Map<String, Object> properties(Cluster cluster, TopicFacts facts) {
        Map<String, Object> properties = cluster.client().producer();
        // A second replay of the topic at the same time fences the first, which then has done nothing by halves.
        properties.put("transactional.id", "sidetrack-replay-" + facts.name());
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        // A record may have reached its topic only because it was compressed; max.request.size is checked before that.
        properties.putIfAbsent("compression.type", "lz4");
        long requestBytes =
                Math.min(Integer.MAX_VALUE, Math.max(LEAST_REQUEST_BYTES, facts.maxMessageBytes() + 1024L * 1024));
        properties.putIfAbsent("max.request.size", (int) requestBytes);
        properties.putIfAbsent("buffer.memory", Math.max(LEAST_BUFFER_BYTES, requestBytes));
        return properties;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }
}
