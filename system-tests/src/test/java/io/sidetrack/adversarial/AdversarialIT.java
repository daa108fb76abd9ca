package io.sidetrack.adversarial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.DynamoDbLocal;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Hostile producers, and HTTP clients that never finish, for half a minute (see {@link Run} for longer). Prints its seed. No
 * record may stop a lane, stay without a trace, or harm its neighbours.
 */
class AdversarialIT {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final String SOURCE = "orders";
    private static final String LIVE = "orders-live";
    private static final String LIVE_DEAD_LETTERS = "orders-live-dead-letters";
    private static final String TABLE = "orders";
    private static final String WRITER_GROUP = "sidetrack-writer-orders-live~orders";
    /** Kafka's default of {@code max.message.bytes}. */
    private static final int MAX_BYTES = 1_048_588;

    private static final Run RUN = Run.fromProperties();

    private static SandboxBroker broker;
    private static SandboxTopics topics;

    @TempDir
    private static Path folder;

    private static Commands commands;

    @BeforeAll
    static void start() {
        System.out.println(RUN);
        broker = SandboxBroker.start();
        topics = new SandboxTopics(broker.bootstrapServers());
        commands = new Commands(broker.bootstrapServers(), folder);
    }

    @AfterAll
    static void stop() {
        topics.close();
        broker.close();
    }

    @Test
    void noRecordStopsALaneOrHarmsItsNeighbours() {
        // Whatever a timestamp says, the source accepts it, and keeps it until it is routed.
        topics.create(
                SOURCE,
                3,
                Map.of(
                        "retention.ms", "-1",
                        "message.timestamp.after.max.ms", Long.toString(Long.MAX_VALUE),
                        "message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE)));
        commands.run(List.of(0), "provision", "--source", SOURCE, "--backfill-partitions", "3");
        int routerPort = FreePort.find();
        int writerPort = FreePort.find();
        try (DynamoDbLocal dynamo = DynamoDbLocal.start();
                SandboxTables tables = new SandboxTables(dynamo.endpoint());
                HostileProducers producers = new HostileProducers(broker.bootstrapServers())) {
            tables.create(TABLE, "id");
            try (ServiceProcess router = router(routerPort);
                    ServiceProcess writer = writer(writerPort, dynamo.endpoint());
                    HalfOpenClients atRouter = new HalfOpenClients(routerPort, RUN.halfOpen());
                    HalfOpenClients atWriter = new HalfOpenClients(writerPort, RUN.halfOpen())) {
                router.awaitReady(routerPort, LIMIT);
                writer.awaitReady(writerPort, LIMIT);
                Neighbours neighbours = new Neighbours(SOURCE);
                Account account = new Account();
                try {
                    attack(producers, neighbours, account, () -> {
                        atRouter.renew();
                        atWriter.renew();
                        assertHealthy(router, routerPort);
                        assertHealthy(writer, writerPort);
                    });
                } catch (ConditionTimeoutException e) {
                    throw new AssertionError(
                            RUN + "\n" + account.counts() + "\nrouter:\n" + end(router.output()) + "\nwriter:\n"
                                    + end(writer.output()),
                            e);
                }
                assertThat(List.of(
                                ServiceProcess.status(routerPort, "/readyz"),
                                ServiceProcess.status(writerPort, "/readyz")))
                        .containsOnly(200);
                assertEveryRecordHasEnded(neighbours, account, tables);
                assertOperatorsAreStillObeyed(writerPort);
                assertCommandsWork(routerPort);
                assertCleanLog(router);
                assertCleanLog(writer);
            }
        }
    }

    /** Sends waves until the time is over, each when the one before it is through. */
    private static void attack(HostileProducers producers, Neighbours neighbours, Account account, Runnable alongside) {
        Random random = new Random(RUN.seed());
        HostileRecords hostile = new HostileRecords(random.nextLong(), MAX_BYTES);
        long start = System.nanoTime();
        int waves = 0;
        while (waves < HostileKind.FEWEST_WAVES
                || System.nanoTime() - start < RUN.time().toNanos()) {
            for (HostileRecord record : hostile.wave(RUN.kinds())) {
                producers.send(record, SOURCE, account);
                producers.send(neighbours.next(random));
            }
            producers.flush();
            // What the hostile records have done to a neighbour's key must not last.
            List<ProducerRecord<byte[], byte[]>> all = neighbours.all();
            all.forEach(producers::send);
            producers.flush();
            waves++;
            await().atMost(LIMIT).pollInterval(Duration.ofSeconds(2)).untilAsserted(() -> {
                alongside.run();
                assertThat(topics.lag("sidetrack-router-orders", SOURCE))
                        .as("lag of the router")
                        .isZero();
                assertThat(topics.lag(WRITER_GROUP, LIVE))
                        .as("lag of the writer")
                        .isZero();
            });
        }
        System.out.printf(
                "adversarial: %d waves in %d s, %,d neighbours, hostile %s%n",
                waves, (System.nanoTime() - start) / 1_000_000_000, neighbours.sent(), account.counts());
        account.counts()
                .forEach((kind, count) -> assertThat(count).as(kind::toString).isGreaterThanOrEqualTo(kind.floor()));
        assertThat(account.counts()).containsOnlyKeys(RUN.kinds());
    }

    /** Ends the test, instead of being repeated, if a probe gets no response: no client may make it wait. */
    private static void assertHealthy(ServiceProcess service, int port) {
        if (!service.isAlive()) {
            throw new IllegalStateException("it has ended:\n" + end(service.output()) + service.errors());
        }
        int status = ServiceProcess.status(port, "/livez");
        if (status != 200) {
            throw new IllegalStateException("/livez: " + (status == 0 ? "no response in 10 s" : String.valueOf(status))
                    + "\n" + end(service.output()) + service.errors());
        }
    }

    private static String end(String log) {
        return log.substring(Math.max(0, log.length() - 5000));
    }

    private static void assertEveryRecordHasEnded(Neighbours neighbours, Account account, SandboxTables tables) {
        List<String> problems = new ArrayList<>(account.problems(
                records("orders-dead-letters"),
                new Account.Lane(records(LIVE), records(LIVE_DEAD_LETTERS)),
                records("orders-backfill"),
                neighbours.sent(),
                id -> item(tables, id).isPresent()));
        for (int number = 0; number < Neighbours.KEYS; number++) {
            String v = item(tables, Neighbours.key(number))
                    .map(item -> item.get("v").n())
                    .orElse("no item");
            if (!v.equals(Long.toString(neighbours.last(number)))) {
                problems.add("neighbour " + number + ": " + v + " instead of " + neighbours.last(number));
            }
        }
        assertThat(problems).as(RUN::toString).isEmpty();
    }

    private static Optional<Map<String, AttributeValue>> item(SandboxTables tables, String id) {
        return tables.get(TABLE, Map.of("id", AttributeValue.fromS(id)));
    }

    private static TopicRecords records(String topic) {
        return new TopicRecords(broker.bootstrapServers(), topic);
    }

    /** A valid value takes effect in a running writer, whatever odd ones lie before it in the control topic. */
    private static void assertOperatorsAreStillObeyed(int writerPort) {
        // Below the rate at which a backfill begins, so that the gauge shows the operator's limit.
        commands.run(List.of(0), "backfill", "speed", "70", "--backfill-group", WRITER_GROUP);
        ControlTopicValues.send(topics, WRITER_GROUP);
        commands.run(List.of(0), "backfill", "speed", "60", "--backfill-group", WRITER_GROUP);
        await().atMost(LIMIT)
                .until(() -> ServiceProcess.metrics(writerPort).get("sidetrack_writer_write_unit_limit") == 60);
    }

    private static void assertCommandsWork(int routerPort) {
        commands.run(List.of(0), "audit", "--source", SOURCE);
        commands.run(List.of(0, 1), "doctor", "--source", SOURCE, "--live-group", WRITER_GROUP);
        commands.run(
                List.of(0),
                "progress",
                "--source",
                SOURCE,
                "--table",
                TABLE,
                "--interval-ms",
                "200",
                "--router-url",
                "http://localhost:" + routerPort);
        commands.run(List.of(0), "dead-letters", "list", "--topic", LIVE_DEAD_LETTERS);
        commands.run(List.of(0), "dead-letters", "show", "0:0", "--topic", LIVE_DEAD_LETTERS);
    }

    private static void assertCleanLog(ServiceProcess service) {
        String log = service.output() + service.errors();
        assertThat(log).doesNotContain("OutOfMemoryError");
        assertThat(ControlBytes.in(log)).isEmpty();
    }

    private static Map<String, String> environment() {
        return new HashMap<>(Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()));
    }

    private static ServiceProcess router(int port) {
        Map<String, String> environment = environment();
        environment.put("ROUTER_SOURCE_TOPIC", SOURCE);
        environment.put("ROUTER_HTTP_PORT", Integer.toString(port));
        return inSmallHeap("router", Jars.ofThisCheckout().router(), environment);
    }

    private static ServiceProcess writer(int port, URI dynamo) {
        Map<String, String> environment = environment();
        environment.putAll(SandboxTables.environment(dynamo));
        environment.put("WRITER_TOPIC", LIVE);
        environment.put("WRITER_TABLE", TABLE);
        // A version from the future is what freezes a key.
        environment.put("WRITER_MODE", "newest-wins");
        // Only a backfill's writer follows the operator.
        environment.put("WRITER_LANE", "backfill");
        environment.put("WRITER_MAX_REJECTED_PERCENT", "100");
        environment.put("WRITER_MAX_IN_FLIGHT", "4");
        environment.put("WRITER_BUFFER_BYTES", "16777216");
        environment.put("KAFKA_COMMIT_INTERVAL_MS", "500");
        environment.put("WRITER_HTTP_PORT", Integer.toString(port));
        return inSmallHeap("writer", Jars.ofThisCheckout().writer(), environment);
    }

    private static ServiceProcess inSmallHeap(String name, Path jar, Map<String, String> environment) {
        return ServiceProcess.java(
                name,
                List.of("-Xmx256m", "-jar", jar.toString()),
                environment,
                folder.resolve(name + ".out"),
                folder.resolve(name + ".err"));
    }
}
