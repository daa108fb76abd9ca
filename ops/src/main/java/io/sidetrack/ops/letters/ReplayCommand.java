package io.sidetrack.ops.letters;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
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
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Headers;
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
            "Its headers are those that it came with, and sidetrack-attempt. Exit codes: 0 done, 1 not done, 2 wrongly"
                    + " called."
        })
final class ReplayCommand implements Callable<Integer> {
    private static final int IN_ONE_TRANSACTION = 500;

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
            Map<String, Long> byTarget = new TreeMap<>();
            ready.forEach(letter -> byTarget.merge(target(letter).orElseThrow(), 1L, Long::sum));
            byTarget.keySet().forEach(target -> cluster.topics().require("--to-topic", target));
            if (!dryRun && !ready.isEmpty()) {
                replay(cluster, facts, ready);
            }
            PrintWriter out = spec.commandLine().getOut();
            byTarget.forEach((target, count) ->
                    out.printf(Locale.ROOT, "%s %,d to %s%n", dryRun ? "would replay" : "replayed", count, target));
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
            return 0;
        }
    }

    private Optional<String> target(Letter letter) {
        return Optional.ofNullable(to).or(letter::origin);
    }

    private void replay(Cluster cluster, TopicFacts facts, List<Letter> ready) {
        Map<String, Object> properties = cluster.client().producer();
        // A second replay of the topic at the same time fences the first, which then has done nothing by halves.
        properties.put("transactional.id", "sidetrack-replay-" + facts.name());
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.putIfAbsent("max.request.size", facts.maxMessageBytes() + 1024 * 1024);
        properties.putIfAbsent("buffer.memory", 64L * 1024 * 1024);
        int done = 0;
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.initTransactions();
            while (done < ready.size()) {
                List<Letter> some = ready.subList(done, Math.min(ready.size(), done + IN_ONE_TRANSACTION));
                AtomicReference<Exception> refused = new AtomicReference<>();
                Callback callback = (metadata, failure) -> refused.compareAndSet(null, failure);
                producer.beginTransaction();
                for (Letter letter : some) {
                    var unusedRecord = producer.send(replayed(letter), callback);
                    var unusedMark = producer.send(mark(letter), callback);
                }
                producer.flush();
                if (refused.get() != null) {
                    producer.abortTransaction();
                    throw new OpsException(String.format(
                            Locale.ROOT,
                            "%,d replayed, then one was not accepted (%s); narrow it down with --offsets",
                            done,
                            refused.get().getMessage()));
                }
                producer.commitTransaction();
                done += some.size();
            }
        } catch (KafkaException e) {
            throw new OpsException(
                    String.format(Locale.ROOT, "%,d replayed, then it stopped: %s", done, e.getMessage()), e);
        }
    }

    private ProducerRecord<byte[], byte[]> replayed(Letter letter) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                target(letter).orElseThrow(),
                null,
                letter.record().key(),
                letter.record().value(),
                letter.record().headers());
        Headers headers = record.headers();
        DeadLetterHeaders.remove(headers);
        headers.remove(DeadLetterHeaders.ATTEMPT);
        DeadLetterHeaders.put(headers, DeadLetterHeaders.ATTEMPT, Integer.toString(letter.attempts() + 1));
        return record;
    }

    private static ProducerRecord<byte[], byte[]> mark(Letter letter) {
        ProducerRecord<byte[], byte[]> mark =
                new ProducerRecord<>(letter.record().topic(), letter.record().partition(), null, null);
        DeadLetterHeaders.put(mark.headers(), Letters.REPLAYED, letter.place());
        return mark;
    }
}
