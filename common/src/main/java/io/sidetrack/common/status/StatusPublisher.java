package io.sidetrack.common.status;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.thread.Daemons;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes a {@link BackfillTally} every {@value #INTERVAL_S} s, on a thread of its own: one record for each partition that has
 * counted since, and nothing if none has. What services do never depends on it: if the topic does not exist or may not be used, one
 * line is logged, and nothing else happens; a close does not wait for it.
 */
public final class StatusPublisher implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StatusPublisher.class);
    static final int INTERVAL_S = 10;
    /** Several tasks are often closed, or count for the first time, at the same time. A process that stops has little time. */
    private static final long WAKE_MS = 20;

    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);
    private static final int TIMEOUT_MS = 10_000;
    private static final int ONLY_PARTITION = 0;

    private final BackfillTally tally;
    private final StatusKey services;
    private final String topic;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Supplier<Producer<byte[], byte[]>> producers;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(Daemons.named("status"));

    /** Whether a tick is scheduled besides those of the interval. */
    private final AtomicBoolean waking = new AtomicBoolean();
    /** The newest entry of each partition of these services. */
    private final Map<Integer, StatusEntry> entries = new HashMap<>();

    private Consumer<byte[], byte[]> consumer;
    private Producer<byte[], byte[]> producer;
    private boolean disabled;
    private boolean missing;
    /** Whether the last attempt has failed. */
    private boolean failing;

    /**
     * @param services the group, and the topic that it reads; the partition does not matter
     * @param topic the topic to publish to
     * @param consumers opens a consumer without a group that does not create topics; closed by this object
     * @param producers opens a producer; closed by this object
     */
    StatusPublisher(
            BackfillTally tally,
            StatusKey services,
            String topic,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Supplier<Producer<byte[], byte[]>> producers) {
        this.tally = tally;
        this.services = services;
        this.topic = topic;
        this.consumers = consumers;
        this.producers = producers;
    }

    /**
     * Publishes from now on.
     *
     * @param services the group, and the topic that it reads; the partition does not matter
     * @param topic the topic to publish to, which need not exist
     */
    public static StatusPublisher start(KafkaProperties kafka, String topic, StatusKey services, BackfillTally tally) {
        StatusPublisher publisher = new StatusPublisher(
                tally,
                services,
                topic,
                () -> new KafkaConsumer<>(consumer(kafka), new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                () -> new KafkaProducer<>(producer(kafka), new ByteArraySerializer(), new ByteArraySerializer()));
        publisher.start();
        return publisher;
    }

    private static Map<String, Object> consumer(KafkaProperties kafka) {
        Map<String, Object> properties = kafka.consumer();
        properties.put("enable.auto.commit", false);
        properties.put("allow.auto.create.topics", false);
        properties.put("auto.offset.reset", "earliest");
        return properties;
    }

    private static Map<String, Object> producer(KafkaProperties kafka) {
        Map<String, Object> properties = kafka.producer();
        // A large record of the services must not be what limits the memory for these small ones.
        properties.put("buffer.memory", 4L << 20);
        properties.put("max.request.size", 1 << 20);
        properties.put("compression.type", "lz4");
        properties.put("linger.ms", 0);
        properties.put("max.block.ms", TIMEOUT_MS);
        properties.put("request.timeout.ms", TIMEOUT_MS / 2);
        properties.put("delivery.timeout.ms", TIMEOUT_MS);
        return properties;
    }

    void start() {
        tally.wakes(this::wake);
        var unused = thread.scheduleWithFixedDelay(this::tick, INTERVAL_S, INTERVAL_S, TimeUnit.SECONDS);
    }

    private void wake() {
        if (!waking.compareAndSet(false, true)) {
            return;
        }
        try {
            var unused = thread.schedule(
                    () -> {
                        waking.set(false);
                        tick();
                    },
                    WAKE_MS,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Closed.
        }
    }

    /** Publishes what has changed. Never throws: an exception would end the schedule. */
    @SuppressWarnings("CatchingUnchecked")
    void tick() {
        if (disabled) {
            tally.forgetClosed();
            return;
        }
        try {
            List<BackfillTally.Owned> owned = tally.owned();
            if (owned.stream().anyMatch(one -> one.tally().hasNews()) && open()) {
                readToEnd();
                publish(owned);
                failing = false;
            }
        } catch (AuthorizationException e) {
            disable(e.getMessage());
        } catch (KafkaException e) {
            if (!failing) {
                failing = true;
                log.info(
                        "status topic {}: {}; `sidetrack progress` shows no new counts of backfills from this process until it"
                                + " can be used",
                        topic,
                        e.getMessage());
            }
        } catch (Throwable e) {
            disable(e.toString());
        }
    }

    private void disable(String reason) {
        disabled = true;
        log.info(
                "status topic {}: {}; `sidetrack progress` shows no counts of backfills from this process",
                topic,
                reason);
        closeClients();
    }

    /** @return false if the topic does not exist */
    private boolean open() {
        if (consumer == null) {
            consumer = consumers.get();
        }
        if (consumer.assignment().isEmpty()) {
            if (consumer.partitionsFor(topic, READ_TIMEOUT).isEmpty()) {
                if (!missing) {
                    missing = true;
                    log.info(
                            "status topic {}: there is no such topic; `sidetrack progress` shows no counts of backfills until"
                                    + " `sidetrack provision` has created it",
                            topic);
                }
                tally.forgetClosed();
                return false;
            }
            TopicPartition partition = new TopicPartition(topic, ONLY_PARTITION);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
        }
        if (producer == null) {
            producer = producers.get();
        }
        return true;
    }

    private void readToEnd() {
        TopicPartition partition = new TopicPartition(topic, ONLY_PARTITION);
        long start = System.nanoTime();
        long end = consumer.endOffsets(List.of(partition), READ_TIMEOUT).get(partition);
        while (consumer.position(partition, READ_TIMEOUT) < end && System.nanoTime() - start < READ_TIMEOUT.toNanos()) {
            consumer.poll(POLL).forEach(this::read);
        }
    }

    private void read(ConsumerRecord<byte[], byte[]> record) {
        StatusJson.key(record).filter(key -> key.isOfSameServices(services)).ifPresent(key -> StatusJson.entry(record)
                .ifPresent(entry -> entries.put(key.partition(), entry)));
    }

    private void publish(List<BackfillTally.Owned> owned) throws InterruptedException {
        Map<BackfillTally.Owned, Future<RecordMetadata>> sent = new HashMap<>();
        // In the order of the owners of a partition: each continues what the one before has published.
        for (BackfillTally.Owned one : owned) {
            Optional.ofNullable(entries.get(one.partition())).ifPresent(one.tally()::read);
            Optional<StatusEntry> entry = one.tally().take();
            if (entry.isPresent()) {
                StatusKey key = new StatusKey(services.service(), services.group(), services.topic(), one.partition());
                entries.put(one.partition(), entry.get());
                sent.put(
                        one,
                        producer.send(new ProducerRecord<>(
                                topic, ONLY_PARTITION, StatusJson.write(key), StatusJson.write(entry.get()))));
            } else if (one.tally().isClosed()) {
                tally.remove(one);
            }
        }
        for (Map.Entry<BackfillTally.Owned, Future<RecordMetadata>> one : sent.entrySet()) {
            try {
                one.getValue().get();
                if (one.getKey().tally().isClosed()) {
                    tally.remove(one.getKey());
                }
            } catch (ExecutionException e) {
                one.getKey().tally().failed();
                if (e.getCause() instanceof KafkaException failure) {
                    throw failure;
                }
                throw new KafkaException(e.getCause());
            }
        }
    }

    private void closeClients() {
        if (consumer != null) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            consumer = null;
        }
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    /** Publishes what was counted last, and ends; does not wait for either. */
    @Override
    public void close() {
        try {
            thread.execute(() -> {
                tick();
                closeClients();
                disabled = true;
            });
        } catch (RejectedExecutionException e) {
            // Closed before.
        }
        thread.shutdown();
    }
}
