package io.sidetrack.sandbox.demo;

import io.sidetrack.sandbox.DynamoDbLocal;
import io.sidetrack.sandbox.Fault;
import io.sidetrack.sandbox.FaultProxy;
import io.sidetrack.sandbox.Folders;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Broker, table endpoint and services of one demo. Closing it ends them all, in the opposite order. */
final class Stage implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final Jars jars = Jars.ofThisCheckout();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<Service> services = new ArrayList<>();
    /** Deleted at the end unless a service has failed. */
    private final Path logs = Folders.temporary("sidetrack-demo");

    private final Thread closer = new Thread(this::close, "close-demo");
    private boolean failed;
    private volatile boolean closing;
    private final SandboxBroker broker;
    private final URI endpoint;
    private final Map<String, String> environment;
    final SandboxTopics topics;
    final SandboxTables tables;

    /** A service that runs. */
    record Service(String name, ServiceProcess process, int port) {
        double metric(String metric) {
            return ServiceProcess.metrics(port).getOrDefault(metric, 0.0);
        }

        /** Records that the writer has finished, whatever became of them. */
        double finished() {
            Map<String, Double> metrics = ServiceProcess.metrics(port);
            return List.of("written", "superseded", "dead_lettered").stream()
                    .mapToDouble(outcome ->
                            metrics.getOrDefault("sidetrack_writer_items_total{outcome=\"" + outcome + "\"}", 0.0))
                    .sum();
        }
    }

    /**
     * Starts a broker, and DynamoDB Local unless {@code AWS_ENDPOINT_URL_DYNAMODB} names another endpoint.
     *
     * @param latency added to each call to the table by a proxy; 0 for no proxy
     */
    Stage(Duration latency) {
        Runtime.getRuntime().addShutdownHook(closer);
        this.broker = opened(SandboxBroker.start());
        String given = System.getenv("AWS_ENDPOINT_URL_DYNAMODB");
        URI table =
                given == null || given.isBlank() ? opened(DynamoDbLocal.start()).endpoint() : URI.create(given);
        this.tables = opened(new SandboxTables(table));
        this.topics = opened(new SandboxTopics(broker.bootstrapServers()));
        if (latency.isZero()) {
            this.endpoint = table;
        } else {
            FaultProxy proxy = opened(FaultProxy.inFrontOf(table));
            proxy.behave(call -> new Fault.Latency(latency));
            this.endpoint = proxy.endpoint();
        }
        this.environment = new HashMap<>(SandboxTables.environment(endpoint));
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
    }

    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    URI endpoint() {
        return endpoint;
    }

    Path logs() {
        return logs;
    }

    /** Runs the operator's tool to its end. */
    void sidetrack(String... arguments) {
        ServiceProcess command = startSidetrack(arguments);
        if (command.exitCode(STOP_LIMIT) != 0) {
            throw new SandboxException("sidetrack " + arguments[0] + " failed: " + command.errors());
        }
    }

    /** Starts the operator's tool. */
    ServiceProcess startSidetrack(String... arguments) {
        return opened(ServiceProcess.start(jars.ops(), List.of(arguments), environment));
    }

    Service startRouter(Map<String, String> settings) {
        return start("router", "ROUTER_HTTP_PORT", jars.router(), settings);
    }

    Service startWriter(String name, Map<String, String> settings) {
        return start(name, "WRITER_HTTP_PORT", jars.writer(), settings);
    }

    private Service start(String name, String portSetting, Path jar, Map<String, String> settings) {
        int port = FreePort.find();
        Map<String, String> all = new HashMap<>(environment);
        all.putAll(settings);
        all.put(portSetting, Integer.toString(port));
        Service service = new Service(
                name,
                opened(ServiceProcess.start(
                        jar, List.of(), all, logs.resolve(name + ".log"), logs.resolve(name + ".err"))),
                port);
        services.add(service);
        return service;
    }

    /** Waits until every service says that it is ready. */
    void awaitReady() {
        for (Service service : services) {
            service.process.awaitReady(service.port, START_LIMIT);
        }
    }

    /**
     * Fails if a service has ended by itself.
     *
     * @throws SandboxException with the end of its log
     */
    void requireAlive() {
        for (Service service : services) {
            if (!service.process.isAlive() && !closing) {
                failed = true;
                List<String> log = service.process.output().lines().toList();
                throw new SandboxException(service.name + " has ended by itself; its log, in " + logs + ", ends with:\n"
                        + String.join("\n", log.subList(Math.max(0, log.size() - 15), log.size()))
                        + service.process.errors());
            }
        }
    }

    /** No longer watches a service that was ended on purpose. */
    void forget(Service service) {
        services.remove(service);
    }

    /** Stops every service with SIGTERM. @throws SandboxException if one does not end with exit code 0 */
    void stopServices() {
        services.forEach(service -> service.process.terminate());
        for (Service service : services) {
            int code = service.process.exitCode(STOP_LIMIT);
            if (code != 0) {
                failed = true;
                throw new SandboxException(service.name + " ended with exit code " + code + "; its log is in " + logs);
            }
        }
        services.clear();
    }

    /** At the end, and if the demo is interrupted. */
    @Override
    public synchronized void close() {
        closing = true;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.err.println("while cleaning up: " + e.getMessage());
            }
        }
        if (!failed) {
            Folders.delete(logs);
        }
    }
}
