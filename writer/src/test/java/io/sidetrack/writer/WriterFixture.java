package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.DynamoDbLocal;
import io.sidetrack.sandbox.FaultProxy;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.MemberDescription;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A broker, DynamoDB Local behind a proxy, and writers as separate processes. One for each test class. */
final class WriterFixture implements AutoCloseable {
    static final Duration SOON = Duration.ofMinutes(2);
    private static final int HEAP_MB = 512;
    private static final Path JAR = Path.of("target", "sidetrack-writer.jar");

    final String bootstrapServers;
    final DynamoDbLocal dynamo = DynamoDbLocal.start();
    final FaultProxy proxy = FaultProxy.inFrontOf(dynamo.endpoint());
    final SandboxTopics topics;
    final SandboxTables tables = new SandboxTables(dynamo.endpoint());
    private final Runnable closeBroker;

    /** Starts its own broker. */
    WriterFixture() {
        this(Map.of());
    }

    /** @param brokerProperties properties of its own broker, which override those of the sandbox */
    WriterFixture(Map<String, String> brokerProperties) {
        this(SandboxBroker.start(brokerProperties));
    }

    private WriterFixture(SandboxBroker broker) {
        this(broker.bootstrapServers(), broker::close);
    }

    /** Uses brokers that the caller has started. */
    WriterFixture(String bootstrapServers) {
        this(bootstrapServers, () -> {});
    }

    private WriterFixture(String bootstrapServers, Runnable closeBroker) {
        this.bootstrapServers = bootstrapServers;
        this.closeBroker = closeBroker;
        topics = new SandboxTopics(bootstrapServers);
    }

    /** The seed of a random test: that of {@code -Dsidetrack.seed}, otherwise a new one. Prints it. */
    static long seed(String test) {
        long seed = Long.getLong("sidetrack.seed", System.nanoTime());
        System.out.println(test + ": random records; repeat with -Dsidetrack.seed=" + seed);
        return seed;
    }

    /** A running writer. */
    record Writer(ServiceProcess process, int port) implements AutoCloseable {
        double metric(String name) {
            return ServiceProcess.metrics(port).getOrDefault(name, 0.0);
        }

        /** The lines of the log that contain a text, without the reminders of a problem that lasts longer than a minute. */
        List<String> logged(String text) {
            return process.output()
                    .lines()
                    .filter(line -> line.contains(text) && !line.matches(".*\\(\\d+ times in \\d+ s\\)"))
                    .toList();
        }

        /** W5. Waits until no record is buffered. */
        void assertCountersAddUp() {
            await().atMost(SOON).untilAsserted(() -> {
                double finished = 0;
                for (String outcome : List.of(
                        "written", "superseded", "stale", "dead_lettered", "parked", "discarded", "forgotten")) {
                    finished += metric("sidetrack_writer_items_total{outcome=\"" + outcome + "\"}");
                }
                assertThat(finished).isEqualTo(metric("sidetrack_writer_records_total"));
                assertThat(metric("sidetrack_writer_buffered_records")).isZero();
            });
        }

        @Override
        public void close() {
            process.close();
        }
    }

    /** Creates a lane, its dead-letter topic and a table of the same name with partition key {@code id}. */
    void lane(String name, int partitions) {
        topics.createLane(name, partitions);
        topics.createLane(name + "-dead-letters", 1);
        tables.create(name, "id");
    }

    Map<String, String> environment(String lane, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(SandboxTables.environment(proxy.endpoint()));
        environment.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        environment.put("WRITER_TOPIC", lane);
        environment.put("WRITER_TABLE", lane);
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        environment.putAll(more);
        environment.values().removeIf(String::isEmpty);
        return environment;
    }

    /** Starts a writer and waits until it is ready. */
    Writer writer(String lane, Map<String, String> more) {
        return writer(lane, HEAP_MB, more);
    }

    /** Starts a writer with this heap size, and waits until it is ready. */
    Writer writer(String lane, int heapMb, Map<String, String> more) {
        int port = FreePort.find();
        Map<String, String> environment = environment(lane, more);
        environment.put("WRITER_HTTP_PORT", Integer.toString(port));
        Writer writer = new Writer(ServiceProcess.start(JAR, heapMb, List.of(), environment), port);
        writer.process.awaitReady(port, SOON);
        return writer;
    }

    /** The items in a table of {@link #lane}: {@code n} by {@code id}. */
    Map<String, String> table(String name) {
        Map<String, String> items = new HashMap<>();
        for (Map<String, AttributeValue> item : tables.scan(name)) {
            items.put(item.get("id").s(), item.get("n").n());
        }
        return items;
    }

    /** The ids of a group's members. */
    Set<String> members(String group) {
        try {
            return topics.admin().describeClassicGroups(List.of(group)).all().get().get(group).members().stream()
                    .map(MemberDescription::consumerId)
                    .collect(Collectors.toSet());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the group cannot be described", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Starts a writer that is expected to refuse to start. */
    ServiceProcess refused(String lane, Map<String, String> more) {
        Map<String, String> environment = environment(lane, more);
        environment.putIfAbsent("WRITER_HTTP_PORT", "0");
        return ServiceProcess.startExpectingExit(JAR, List.of(), environment);
    }

    @Override
    public void close() {
        tables.close();
        topics.close();
        proxy.close();
        dynamo.close();
        closeBroker.run();
    }
}
