package io.sidetrack.sandbox;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * One Kafka broker, which is its own controller, in this JVM. It listens on the loopback interface, creates no topic by
 * itself, and has the group protocols {@code classic}, {@code consumer} and {@code streams}. Not thread-safe.
 */
public final class SandboxBroker implements AutoCloseable {
    private static final int NODE = 1;

    private final Path folder;
    private final boolean temporary;
    private final int port;
    private final int controllerPort;
    private final Map<String, String> overrides;
    private final Optional<BrokerSecurity> security;
    private KafkaRaftServer server;

    private SandboxBroker(
            Path folder,
            boolean temporary,
            int port,
            Map<String, String> overrides,
            Optional<BrokerSecurity> security) {
        this.security = security;
        this.folder = folder;
        this.temporary = temporary;
        this.port = port;
        this.controllerPort = FreePort.find();
        this.overrides = overrides;
    }

    /** Starts a broker with its data in a temporary folder, deleted by {@link #close}. */
    public static SandboxBroker start() {
        return start(Map.of());
    }

    /** As {@link #start()}, with broker properties of the caller's. */
    public static SandboxBroker start(Map<String, String> overrides) {
        return start(new SandboxBroker(
                Folders.temporary("sidetrack-broker"), true, FreePort.find(), overrides, Optional.empty()));
    }

    /** As {@link #start()}, for clients that say who they are. */
    public static SandboxBroker start(BrokerSecurity security) {
        return start(new SandboxBroker(
                Folders.temporary("sidetrack-broker"), true, FreePort.find(), Map.of(), Optional.of(security)));
    }

    /**
     * Starts a broker with its data in a folder that stays.
     *
     * @param folder empty
     * @param port 0 for any free one
     */
    public static SandboxBroker start(Path folder, int port) {
        return start(new SandboxBroker(folder, false, port == 0 ? FreePort.find() : port, Map.of(), Optional.empty()));
    }

    private static SandboxBroker start(SandboxBroker broker) {
        broker.format();
        broker.startAgain();
        return broker;
    }

    private void format() {
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                    .setNodeId(NODE)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setDirectories(List.of(data()))
                    .setMetadataLogDirectory(data())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setControllerListenerName("CONTROLLER")
                    .setIgnoreFormatted(true)
                    .setScramArguments(
                            security.map(BrokerSecurity::scramCredentials).orElse(List.of()))
                    .run();
        } catch (Exception e) {
            throw new SandboxException("the broker's folder " + folder + " cannot be formatted", e);
        }
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    /** Starts the broker again after {@link #stop}, on the same port and with the same data. */
    public void startAgain() {
        server = new KafkaRaftServer(new KafkaConfig(properties()), Time.SYSTEM);
        server.startup();
    }

    /** Stops the broker; its data stays. */
    public void stop() {
        if (server != null) {
            server.shutdown();
            server.awaitShutdown();
            server = null;
        }
    }

    /** Where clients connect to. */
    public String bootstrapServers() {
        return "localhost:" + port;
    }

    private Map<String, String> properties() {
        Map<String, String> properties = new HashMap<>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(NODE));
        properties.put("controller.quorum.voters", NODE + "@localhost:" + controllerPort);
        properties.put("listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controllerPort);
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("log.dirs", data());
        properties.put("auto.create.topics.enable", "false");
        properties.put("offsets.topic.replication.factor", "1");
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("transaction.state.log.replication.factor", "1");
        properties.put("transaction.state.log.min.isr", "1");
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("share.coordinator.state.topic.replication.factor", "1");
        properties.put("share.coordinator.state.topic.min.isr", "1");
        // Nobody waits in a sandbox for the rest of a group to come up.
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("group.streams.initial.rebalance.delay.ms", "0");
        properties.put("controlled.shutdown.enable", "false");
        security.ifPresent(with -> properties.putAll(with.broker(port, controllerPort)));
        properties.putAll(overrides);
        return properties;
    }

    @Override
    public void close() {
        stop();
        if (temporary) {
            Folders.delete(folder);
        }
    }
}
