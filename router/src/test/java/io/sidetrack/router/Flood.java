package io.sidetrack.router;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A source with numbered records, every second of which belongs to a backfill, and the check of its lanes. */
final class Flood {
    private static final String BACKFILL = "x-backfill";
    private static final int KEYS = 40;

    /** Timeouts that are short enough for a test. */
    static final Map<String, String> SHORT_TIMEOUTS = Map.of(
            "KAFKA_SESSION_TIMEOUT_MS", "2000",
            "KAFKA_HEARTBEAT_INTERVAL_MS", "300",
            "KAFKA_TRANSACTION_TIMEOUT_MS", "2000",
            "KAFKA_MAX_POLL_RECORDS", "50");

    private final RouterFixture fixture;
    private final String source;
    private int sent;

    Flood(RouterFixture fixture, String source) {
        this.fixture = fixture;
        this.source = source;
        fixture.source(source, 3);
    }

    void send(int count) {
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = sent; i < sent + count; i++) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    source,
                    ("key-" + i / 2 % KEYS).getBytes(UTF_8),
                    ByteBuffer.allocate(4).putInt(i).array());
            if (i % 2 == 0) {
                record.headers().add(BACKFILL, "test".getBytes(UTF_8));
            }
            records.add(record);
        }
        fixture.topics.send(records);
        sent += count;
    }

    /**
     * Waits until every record is on its lane, once and in the order of its key, and checks this with the audit as well.
     */
    void assertExactlyOnceInOrder() {
        assertExactlyOnceInOrder(RouterFixture.SOON);
    }

    /** @param limit how long to wait */
    void assertExactlyOnceInOrder(Duration limit) {
        await().atMost(limit).untilAsserted(() -> assertThat(fixture.topics.lag("router-" + source, source))
                .isZero());
        assertThat(fixture.topics.read(source)).as("records sent").hasSize(sent);
        fixture.assertAudited(source);
        assertExactlyOnceInOrder(fixture.topics.read(source + "-live"), 1);
        assertExactlyOnceInOrder(fixture.topics.read(source + "-backfill"), 0);
    }

    private void assertExactlyOnceInOrder(List<ConsumerRecord<byte[], byte[]>> records, int first) {
        Map<String, Integer> last = new HashMap<>();
        Map<String, Integer> partitions = new HashMap<>();
        Map<Integer, String> positions = new HashMap<>();
        Set<Integer> missing = new HashSet<>();
        for (int i = first; i < sent; i += 2) {
            missing.add(i);
        }
        for (ConsumerRecord<byte[], byte[]> record : records) {
            int number = ByteBuffer.wrap(record.value()).getInt();
            String key = new String(record.key(), UTF_8);
            String position = record.topic() + "-" + record.partition() + " offset " + record.offset();
            String earlier = positions.putIfAbsent(number, position);
            assertThat(missing.remove(number))
                    .as("%d is on its lane once; at %s, and before at %s", number, position, earlier)
                    .isTrue();
            Integer before = last.put(key, number);
            assertThat(before == null || before < number)
                    .as("%s: %s, then %s", key, before, number)
                    .isTrue();
            Integer partition = partitions.putIfAbsent(key, record.partition());
            assertThat(partition == null || partition == record.partition())
                    .as("%s is on one partition", key)
                    .isTrue();
        }
        assertThat(missing).isEmpty();
    }
}
