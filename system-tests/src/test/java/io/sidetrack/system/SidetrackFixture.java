package io.sidetrack.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.sandbox.DynamoDbLocal;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A broker and DynamoDB Local, and Sidetrack's programs for a source {@code orders} and a table {@code orders}. */
final class SidetrackFixture implements AutoCloseable {
    static final Duration SOON = Duration.ofMinutes(2);

    private final SandboxBroker broker = SandboxBroker.start();
    private final DynamoDbLocal dynamo = DynamoDbLocal.start();
    final SandboxTopics topics = new SandboxTopics(broker.bootstrapServers());
    final SandboxTables tables = new SandboxTables(dynamo.endpoint());

    /** Starts a router. */
    ServiceProcess router(Map<String, String> settings) {
        return ServiceProcess.start(Jars.ofThisCheckout().router(), List.of(), environment(settings));
    }

    /** Starts a writer with a short commit interval. */
    ServiceProcess writer(Map<String, String> settings) {
        Map<String, String> environment = environment(aws());
        environment.put("KAFKA_COMMIT_INTERVAL_MS", "500");
        environment.putAll(settings);
        return ServiceProcess.start(Jars.ofThisCheckout().writer(), List.of(), environment);
    }

    /** The environment variables for a client of the table. */
    Map<String, String> aws() {
        return SandboxTables.environment(dynamo.endpoint());
    }

    /** Runs a {@code sidetrack} command, and returns its output. */
    String sidetrack(int exitCode, String... arguments) {
        return sidetrack(exitCode, Map.of(), arguments);
    }

    /** Runs a {@code sidetrack} command with further environment variables, and returns its output. */
    String sidetrack(int exitCode, Map<String, String> settings, String... arguments) {
        try (ServiceProcess process = start(settings, arguments)) {
            assertThat(process.exitCode(SOON))
                    .as(() -> String.join(" ", arguments) + "\n" + process.output() + process.errors())
                    .isEqualTo(exitCode);
            return process.output();
        }
    }

    /** Starts a {@code sidetrack} command with further environment variables. */
    ServiceProcess start(Map<String, String> settings, String... arguments) {
        return ServiceProcess.start(Jars.ofThisCheckout().ops(), List.of(arguments), environment(settings));
    }

    private Map<String, String> environment(Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("ROUTER_SOURCE_TOPIC", "orders");
        environment.put("WRITER_TABLE", "orders");
        environment.putAll(settings);
        return environment;
    }

    @Override
    public void close() {
        tables.close();
        topics.close();
        dynamo.close();
        broker.close();
    }
}
