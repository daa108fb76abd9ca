package io.sidetrack.bench;

import io.sidetrack.bench.endpoint.EndpointMain;
import io.sidetrack.sandbox.Folders;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxException;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.ServiceProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The environment of a benchmark: a broker and an endpoint, and the programs that run against them. */
final class Machine implements AutoCloseable {
    static final String TABLE = "bench";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    /** The same for all programs under test. */
    private final List<String> jvmOptions;

    private final Map<String, String> settings;
    private final SandboxBroker broker;
    private final ServiceProcess endpointProcess;
    private final EndpointControl endpoint;
    private Path writerJar = Jars.ofThisCheckout().writer();

    private Machine(Path folder, List<String> jvmOptions, Map<String, String> settings) {
        this.jvmOptions = jvmOptions;
        this.settings = settings;
        this.folder = folder;
        int endpointPort = FreePort.find();
        this.endpoint = new EndpointControl(URI.create("http://localhost:" + endpointPort));
        this.broker = SandboxBroker.start(folder.resolve("broker"), 0);
        this.endpointProcess = program(
                EndpointMain.class, List.of("-Xmx256m"), List.of(TABLE, Integer.toString(endpointPort)), Map.of());
    }

    /**
     * Starts the broker and the endpoint, and waits until they respond.
     *
     * @param jvmOptions the JVM options of the programs under test
     * @param settings settings of Sidetrack's services, which take precedence over those of the benchmark
     */
    static Machine start(List<String> jvmOptions, Map<String, String> settings) {
        Path folder = Folders.temporary("sidetrack-bench");
        Machine machine = new Machine(folder, jvmOptions, settings);
        machine.endpoint.awaitUp(START_LIMIT);
        return machine;
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    EndpointControl endpoint() {
        return endpoint;
    }

    /** Starts a contender of the writer. */
    ServiceProcess contender(Class<?> main, String topic, int inFlight) {
        return contender(main, List.of(topic, TABLE, Integer.toString(inFlight)));
    }

    /** Starts a contender; its first argument is the bootstrap servers. */
    ServiceProcess contender(Class<?> main, List<String> arguments) {
        List<String> all = new ArrayList<>(List.of(broker.bootstrapServers()));
        all.addAll(arguments);
        return program(main, jvmOptions, all, SandboxTables.environment(endpoint.endpoint()));
    }

    /** Starts a router with a consumer group of its own. */
    ServiceProcess router(RouterContender.Lanes lanes, int httpPort, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("ROUTER_SOURCE_TOPIC", lanes.source());
        environment.put("ROUTER_LIVE_TOPIC", lanes.live());
        environment.put("ROUTER_BACKFILL_TOPIC", lanes.backfill());
        environment.put("ROUTER_APPLICATION_ID", "sidetrack-" + System.nanoTime());
        environment.put("ROUTER_HTTP_PORT", Integer.toString(httpPort));
        environment.putAll(more);
        environment.putAll(settings);
        return start("router", jar(Jars.ofThisCheckout().router()), environment);
    }

    /** Runs a {@code sidetrack} command to its end. */
    void sidetrack(String... arguments) {
        List<String> java =
                new ArrayList<>(List.of("-jar", Jars.ofThisCheckout().ops().toString()));
        java.addAll(List.of(arguments));
        try (ServiceProcess command =
                start("sidetrack", java, Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers()))) {
            if (command.exitCode(START_LIMIT) != 0) {
                throw new SandboxException("sidetrack " + arguments[0] + " failed:\n" + command.errors());
            }
        }
    }

    private List<String> jar(Path jar) {
        List<String> arguments = new ArrayList<>(jvmOptions);
        arguments.addAll(List.of("-jar", jar.toString()));
        return arguments;
    }

    /** Uses another build of the writer from now on. */
    void useWriter(Path jar) {
        writerJar = jar;
    }

    /** Starts a writer with a consumer group of its own. */
    ServiceProcess writer(String topic, int inFlight, int httpPort, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>(SandboxTables.environment(endpoint.endpoint()));
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("WRITER_TOPIC", topic);
        environment.put("WRITER_TABLE", TABLE);
        environment.put("WRITER_APPLICATION_ID", "sidetrack-" + System.nanoTime());
        environment.put("WRITER_MAX_IN_FLIGHT", Integer.toString(inFlight));
        environment.put("WRITER_HTTP_PORT", Integer.toString(httpPort));
        environment.put("AWS_EC2_METADATA_DISABLED", "true");
        environment.putAll(more);
        environment.putAll(settings);
        return start("writer", jar(writerJar), environment);
    }

    private ServiceProcess program(
            Class<?> main, List<String> options, List<String> arguments, Map<String, String> environment) {
        List<String> java = new ArrayList<>(options);
        java.addAll(List.of(
                "-Dlogback.configurationFile=bench-logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        java.addAll(arguments);
        return start(main.getSimpleName(), java, environment);
    }

    private ServiceProcess start(String name, List<String> java, Map<String, String> environment) {
        Path log = folder.resolve(name + "-" + System.nanoTime());
        return ServiceProcess.java(
                name,
                java,
                environment,
                log.resolveSibling(log.getFileName() + ".out"),
                log.resolveSibling(log.getFileName() + ".err"));
    }

    @Override
    public void close() {
        endpointProcess.close();
        // Its data is deleted with the folder.
        broker.kill();
        Folders.delete(folder);
    }
}
