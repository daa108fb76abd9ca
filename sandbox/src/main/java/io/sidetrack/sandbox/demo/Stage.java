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

/** The broker, table endpoint and services of one demo. Closing it ends all of them, in the reverse order of their start. */
final class Stage implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

    private final Jars jars = Jars.ofThisCheckout();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<Service> services = new ArrayList<>();
    /** The folder of the services' logs, which is deleted at the end unless a service failed. */
    private final Path logs = Folders.temporary("sidetrack-demo");

    private final Thread closer = new Thread(this::close, "close-demo");
    private boolean failed;
    private volatile boolean closing;
    private final SandboxBroker broker;
    private final URI endpoint;
    private final Map<String, String> environment;
    final SandboxTopics topics;
    final SandboxTables tables;

    /** A running service. */
    record Service(String name, ServiceProcess process, int port) {
        /** The number of records that the writer has finished, regardless of their outcome. */
        double finished() {
            return Metrics.of(port).finished();
        }
    }

    /**
     * Starts a broker, and DynamoDB Local unless {@code AWS_ENDPOINT_URL_DYNAMODB} is set.
     *
     * @param latency the delay of each call to the table, for which calls go through a proxy; 0 for no proxy
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
            // Before the endpoint executes it, so that no reader sees an item sooner.
            proxy.behave(call -> Fault.late(latency));
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

    /** Runs a {@code sidetrack} command to its end. */
    void sidetrack(String... arguments) {
        ServiceProcess command = startSidetrack(arguments);
        if (command.exitCode(STOP_LIMIT) != 0) {
            throw new SandboxException("sidetrack " + arguments[0] + " failed: " + command.errors());
        }
    }

    /** Starts a {@code sidetrack} command. */
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

    /** Waits until every service is ready. */
    void awaitReady() {
        for (Service service : services) {
            service.process.awaitReady(service.port, START_LIMIT);
        }
    }

    /**
     * Checks that every service is still running.
     *
     * @throws SandboxException with the end of the log of one that exited
     */
    void requireAlive() {
        for (Service service : services) {
            if (!service.process.isAlive() && !closing) {
                failed = true;
                List<String> log = service.process.output().lines().toList();
                throw new SandboxException(service.name + " exited unexpectedly; its log, in " + logs + ", ends with:\n"
                        + String.join("\n", log.subList(Math.max(0, log.size() - 15), log.size()))
                        + service.process.errors());
            }
        }
    }

    /** Stops watching a service that was killed on purpose. */
    void forget(Service service) {
        services.remove(service);
    }

    /**
     * Stops every service with SIGTERM.
     *
     * @throws SandboxException if one does not exit with code 0
     */
    void stopServices() {
        services.forEach(service -> service.process.terminate());
        for (Service service : services) {
            int code = service.process.exitCode(STOP_LIMIT);
            if (code != 0) {
                failed = true;
                throw new SandboxException(service.name + " exited with code " + code + "; its log is in " + logs);
            }
        }
        services.clear();
    }

    /** Runs at the end of the demo, and when it is interrupted. */
    @Override
    public synchronized void close() {
        closing = true;
        while (!open.isEmpty()) {
            try {
                open.pop().close();
            } catch (Exception e) {
                System.err.println("cleanup failed: " + e.getMessage());
            }
        }
        if (!failed) {
            Folders.delete(logs);
        }
    }
}
