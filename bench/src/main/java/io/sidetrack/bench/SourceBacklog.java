package io.sidetrack.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.Screen;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A shared topic that lies full of records. */
final class SourceBacklog {
    static final int PARTITIONS = 3;
    private static final long SEED = 20_240_611;

    private SourceBacklog() {}

    /** Makes the topic and fills it; with {@code marked}, every second record is a backfill's. */
    static void fill(String bootstrapServers, String topic, int records, int bytes, boolean marked, Screen screen) {
        try (SandboxTopics topics = new SandboxTopics(bootstrapServers)) {
            topics.create(topic, PARTITIONS, Map.of());
            topics.createLane(topic + "-dead-letters", 1);
        }
        AtomicReference<Exception> failure = new AtomicReference<>();
        SplittableRandom random = new SplittableRandom(SEED);
        long start = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        bootstrapServers,
                        "linger.ms",
                        20,
                        "batch.size",
                        128 * 1024,
                        "compression.type",
                        "lz4",
                        "buffer.memory",
                        128L * 1024 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int number = 0; number < records && failure.get() == null; number++) {
                ProducerRecord<byte[], byte[]> record = record(topic, number, bytes, random);
                if (marked && number % 2 == 0) {
                    record.headers().add("x-backfill", "orders-2019".getBytes(UTF_8));
                }
                var unused = producer.send(record, (metadata, thrown) -> {
                    if (thrown != null) {
                        failure.compareAndSet(null, thrown);
                    }
                });
                if (number % 10_000 == 0) {
                    screen.show(Screen.progress(
                            "filling the topic:", number, records, number * 1e9 / (System.nanoTime() - start)));
                }
            }
        }
        if (failure.get() != null) {
            throw new SandboxException("the topic cannot be filled", failure.get());
        }
    }

    /** An order as a shop would have it, with as many lines as make up the size. */
    private static ProducerRecord<byte[], byte[]> record(String topic, int number, int bytes, SplittableRandom random) {
        ProducerRecord<byte[], byte[]> order = Backlog.record(topic, number, random);
        StringBuilder value = new StringBuilder(new String(order.value(), UTF_8));
        while (value.length() + order.key().length < bytes) {
            value.append(",{\"sku\":\"")
                    .append(Long.toString(random.nextLong() >>> 1, 36))
                    .append("\",\"count\":")
                    .append(random.nextInt(1, 100))
                    .append('}');
        }
        value.setLength(Math.max(1, bytes - order.key().length));
        return new ProducerRecord<>(topic, order.key(), value.toString().getBytes(UTF_8));
    }
}
