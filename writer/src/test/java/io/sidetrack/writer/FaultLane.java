package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.Fault;
import io.sidetrack.sandbox.FaultProxy;
import io.sidetrack.sandbox.ProxiedCall;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.writer.WriterFixture.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A lane, its table, and a proxy whose faults the test scripts. Tracks the records that were sent, and checks in the end that
 * all of them are in the table.
 */
final class FaultLane implements AutoCloseable {
    /** The limit of batches in flight of each writer. */
    static final int MAX_IN_FLIGHT = 5;

    /** Timeouts that a test can wait for; the fixture's broker allows them. */
    private static final Map<String, String> SHORT_TIMEOUTS = Map.of(
            "KAFKA_SESSION_TIMEOUT_MS", "2000",
            "KAFKA_HEARTBEAT_INTERVAL_MS", "300",
            "KAFKA_COMMIT_INTERVAL_MS", "300",
            "WRITER_DRAIN_TIMEOUT_MS", "1000",
            "WRITER_REQUEST_TIMEOUT_MS", "1000",
            "WRITER_RETRY_CAP_MS", "300",
            "WRITER_MAX_IN_FLIGHT", Integer.toString(MAX_IN_FLIGHT));

    private static final int KEYS = 400;

    final FaultProxy proxy;
    private final WriterFixture fixture;
    private final String name;
    private final Map<String, String> settings;
    private final SplittableRandom random;
    private final Map<String, String> expected = new HashMap<>();
    private int sent;

    FaultLane(WriterFixture fixture, String name, Map<String, String> more) {
        this(fixture, name, 4, more);
    }

    FaultLane(WriterFixture fixture, String name, int partitions, Map<String, String> more) {
        this.fixture = fixture;
        this.name = name;
        this.proxy = FaultProxy.inFrontOf(fixture.dynamo.endpoint());
        this.settings = new HashMap<>(SHORT_TIMEOUTS);
        settings.putAll(SandboxTables.environment(proxy.endpoint()));
        settings.putAll(more);
        this.random = new SplittableRandom(WriterFixture.seed("lane " + name));
        fixture.lane(name, partitions);
    }

    Writer start() {
        return fixture.writer(name, settings);
    }

    /** Starts a writer without waiting until it is ready. */
    ServiceProcess startWithoutWaiting() {
        return fixture.refused(name, settings);
    }

    /** Sets the faults of calls that write. */
    void script(Function<ProxiedCall, Fault> script) {
        proxy.behave(call -> call.operation().equals("BatchWriteItem") ? script.apply(call) : Fault.none());
    }

    void heal() {
        proxy.behave(call -> Fault.none());
    }

    /** Sends records of few keys, each newer than all before. */
    void send(int records) {
        List<ProducerRecord<byte[], byte[]>> some = new ArrayList<>(records);
        for (int i = 0; i < records; i++) {
            String key = "k" + random.nextInt(KEYS);
            String n = Integer.toString(sent++);
            expected.put(key, n);
            some.add(new ProducerRecord<>(
                    name, key.getBytes(UTF_8), ("{\"id\":\"" + key + "\",\"n\":" + n + "}").getBytes(UTF_8)));
        }
        fixture.topics.send(some);
    }

    /** Sends records with a new key each, so that none supersedes another. */
    void sendNewKeys(int records) {
        List<ProducerRecord<byte[], byte[]>> some = new ArrayList<>(records);
        for (int i = 0; i < records; i++) {
            String key = "new" + sent;
            String n = Integer.toString(sent++);
            expected.put(key, n);
            some.add(new ProducerRecord<>(
                    name, key.getBytes(UTF_8), ("{\"id\":\"" + key + "\",\"n\":" + n + "}").getBytes(UTF_8)));
        }
        fixture.topics.send(some);
    }

    /** Sends records until a write is in flight. The writer may have finished what was sent before, however much that was. */
    void sendUntilBusy() {
        await().atMost(WriterFixture.SOON).pollInterval(Duration.ofMillis(1)).until(() -> {
            if (proxy.concurrentCalls() == 0) {
                sendNewKeys(50);
            }
            return proxy.concurrentCalls() > 0;
        });
    }

    /** Expects none of the records sent so far, because the table was emptied. */
    void forget() {
        expected.clear();
    }

    long lag() {
        return fixture.topics.lag(group(), name);
    }

    String group() {
        return DefaultNames.writerGroup(name, name);
    }

    int deadLetters() {
        return fixture.topics.read(name + "-dead-letters").size();
    }

    void awaitWritten(Writer writer, int atLeast) {
        await().atMost(WriterFixture.SOON)
                .untilAsserted(() -> assertThat(writer.metric("sidetrack_writer_items_total{outcome=\"written\"}"))
                        .isGreaterThanOrEqualTo(atLeast));
    }

    /** Waits until every record is committed: none is lost, no key has an older value, and there is no dead letter. */
    void assertAllThere() {
        assertAllThereBut(0);
    }

    /** @param deadLetters the number of dead letters of other records in the dead-letter topic */
    void assertAllThereBut(int deadLetters) {
        await().atMost(WriterFixture.SOON).pollInterval(Duration.ofMillis(200)).untilAsserted(() -> assertThat(lag())
                .isZero());
        Map<String, String> found = fixture.table(name);
        Map<String, String> wrong = new TreeMap<>();
        expected.forEach((key, n) -> {
            if (!n.equals(found.get(key))) {
                wrong.put(key, found.get(key) + " instead of " + n);
            }
        });
        assertThat(wrong).isEmpty();
        assertThat(found).hasSameSizeAs(expected);
        assertThat(deadLetters()).isEqualTo(deadLetters);
    }

    @Override
    public void close() {
        proxy.close();
    }
}
