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
 * A lane, its table, and a way to the table that goes wrong as a test says. Remembers what was sent, and tells in the end
 * whether it is all there.
 */
final class FaultLane implements AutoCloseable {
    /** Short enough for a test to sit out; the fixture's broker allows it. */
    /** Batches in flight of each writer. */
    static final int MAX_IN_FLIGHT = 5;

    private static final Map<String, String> IMPATIENT = Map.of(
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
        this.settings = new HashMap<>(IMPATIENT);
        settings.putAll(SandboxTables.environment(proxy.endpoint()));
        settings.putAll(more);
        long seed = System.nanoTime();
        System.out.println("lane " + name + ", seed " + seed);
        this.random = new SplittableRandom(seed);
        fixture.lane(name, partitions);
    }

    Writer start() {
        return fixture.writer(name, settings);
    }

    /** Starts a writer that will not be ready for long, if ever. */
    ServiceProcess startDoomed() {
        return fixture.refused(name, settings);
    }

    /** From now on calls that write meet the fault that is said. */
    void spoil(Function<ProxiedCall, Fault> script) {
        proxy.behave(call -> call.operation().equals("BatchWriteItem") ? script.apply(call) : Fault.none());
    }

    void heal() {
        proxy.behave(call -> Fault.none());
    }

    /** Records of few keys, each newer than all before. */
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

    /** Records of a new key each, so that none supersedes another. */
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

    /** Forgets what was expected: somebody has emptied the table. */
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

    /** Waits until everything is committed, and compares: nothing lost, no key on an older value, no dead letter. */
    void assertAllThere() {
        assertAllThereBut(0);
    }

    /** @param letters how many records of somebody else's lie in the dead-letter topic */
    void assertAllThereBut(int letters) {
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
        assertThat(deadLetters()).isEqualTo(letters);
    }

    @Override
    public void close() {
        proxy.close();
    }
}
