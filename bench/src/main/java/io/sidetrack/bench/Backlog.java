package io.sidetrack.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.bench.endpoint.Orders;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.Screen;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Fills a lane with records. */
final class Backlog {
    private static final long SEED = 20_240_611;

    private Backlog() {}

    /** Creates a topic and its dead-letter topic, and fills it with records that have different keys. */
    static void fill(String bootstrapServers, String topic, int partitions, int records, Screen screen) {
        PartitionsOption.create(bootstrapServers, topic, partitions);
        SplittableRandom random = new SplittableRandom(SEED);
        publish(bootstrapServers, "none", records, number -> record(topic, number, random), screen);
    }

    /** Creates a topic as above, whose records have one of several sets of fields, by their number. */
    static void fill(String bootstrapServers, String topic, int partitions, int records, int shapes, Screen screen) {
        PartitionsOption.create(bootstrapServers, topic, partitions);
        SplittableRandom random = new SplittableRandom(SEED);
        publish(
                bootstrapServers,
                "none",
                records,
                number -> order(topic, number, "\"s" + number % shapes + "\":1,", random),
                screen);
    }

    /** Creates a topic and its dead-letter topic, and fills it with the records of the incident. */
    static void fill(String bootstrapServers, String topic, int partitions, Orders orders, Screen screen) {
        PartitionsOption.create(bootstrapServers, topic, partitions);
        SplittableRandom random = new SplittableRandom(SEED);
        publish(
                bootstrapServers,
                "none",
                orders.records(),
                number -> order(topic, orders.keyOf(number), "\"version\":" + number + ",", random),
                screen);
    }

    /** Sends records at full speed, and returns when all are acknowledged. */
    static void publish(
            String bootstrapServers,
            String compression,
            int records,
            IntFunction<ProducerRecord<byte[], byte[]>> recordOf,
            Screen screen) {
        AtomicReference<Exception> failure = new AtomicReference<>();
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
                        compression,
                        "buffer.memory",
                        128L * 1024 * 1024),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int number = 0; number < records && failure.get() == null; number++) {
                var unused = producer.send(recordOf.apply(number), (metadata, thrown) -> {
                    if (thrown != null) {
                        failure.compareAndSet(null, thrown);
                    }
                });
                if (number % 10_000 == 0) {
                    screen.status(Screen.progress(
                            "filling the topic:", number, records, number * 1e9 / (System.nanoTime() - start)));
                }
            }
        }
        if (failure.get() != null) {
            throw new SandboxException("the topic could not be filled", failure.get());
        }
    }

    /** An order of about 150 bytes, with a key of its own. */
    static ProducerRecord<byte[], byte[]> record(String topic, int number, SplittableRandom random) {
        return order(topic, number, "", random);
    }

    private static ProducerRecord<byte[], byte[]> order(
            String topic, int number, String more, SplittableRandom random) {
        String key = String.format(Locale.ROOT, "k-%09d", number);
        String value = "{\"id\":\"" + key + "\"," + more + "\"customer\":\"c-" + random.nextInt(100_000, 1_000_000)
                + "\",\"status\":\"shipped\",\"amount\":" + random.nextInt(1, 1000) + "." + random.nextInt(10, 100)
                + ",\"items\":" + random.nextInt(1, 10) + ",\"paid\":true,\"at\":\"2026-05-" + random.nextInt(10, 29)
                + "T12:" + random.nextInt(10, 60) + ":00Z\",\"to\":\"Main Street " + random.nextInt(10, 100) + "\"}";
        return new ProducerRecord<>(topic, key.getBytes(UTF_8), value.getBytes(UTF_8));
    }
}
