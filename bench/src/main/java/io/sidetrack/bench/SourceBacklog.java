package io.sidetrack.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.Screen;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Fills a shared topic with records. */
final class SourceBacklog {
    static final int PARTITIONS = 3;
    private static final long SEED = 20_240_611;

    private SourceBacklog() {}

    /** Creates a topic and fills it; with {@code marked}, every second record has a backfill header. */
    static void fill(String bootstrapServers, String topic, int records, int bytes, boolean marked, Screen screen) {
        try (SandboxTopics topics = new SandboxTopics(bootstrapServers)) {
            topics.create(topic, PARTITIONS, Map.of());
            topics.createLane(DefaultNames.deadLetterTopic(topic), 1);
        }
        SplittableRandom random = new SplittableRandom(SEED);
        Backlog.publish(
                bootstrapServers,
                "lz4",
                records,
                number -> {
                    ProducerRecord<byte[], byte[]> record = record(topic, number, bytes, random);
                    if (marked && number % 2 == 0) {
                        record.headers().add("x-backfill", "orders-2019".getBytes(UTF_8));
                    }
                    return record;
                },
                screen);
    }

    /** An order with as many lines as the size requires. */
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
