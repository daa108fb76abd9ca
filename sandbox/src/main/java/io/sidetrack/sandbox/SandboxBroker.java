package io.sidetrack.sandbox;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * A single Kafka broker that is its own controller, in a child process, of the version that the build selects. It listens on
 * the loopback interface, does not create topics automatically, and supports the group protocols {@code classic},
 * {@code consumer} and {@code streams}. It ends with this JVM. Not thread-safe.
 */
public final class SandboxBroker implements AutoCloseable {
    private static final int NODE = 1;

    private final Path folder;
    private final boolean temporary;
    private final int port;
    private final BrokerNode node;

    private SandboxBroker(
            Path folder,
            boolean temporary,
            int port,
            Map<String, String> overrides,
            Optional<BrokerSecurity> security) {
        this.folder = folder;
        this.temporary = temporary;
        this.port = port;
        this.node = new BrokerNode("the broker", folder, properties(port, overrides, security));
    }

    /** Starts a broker with its data in a temporary folder, deleted by {@link #close}. */
    public static SandboxBroker start() {
        return start(Map.of());
    }

    /** As {@link #start()}, with further broker properties, which take precedence. */
    public static SandboxBroker start(Map<String, String> overrides) {
        return started(new SandboxBroker(
                Folders.temporary("sidetrack-broker"), true, FreePort.find(), overrides, Optional.empty()));
    }

    /** As {@link #start()}, with authentication, encryption and ACLs. */
    public static SandboxBroker start(BrokerSecurity security) {
        return started(new SandboxBroker(
                Folders.temporary("sidetrack-broker"), true, FreePort.find(), Map.of(), Optional.of(security)));
    }

    /**
     * Starts a broker with its data in a folder that is not deleted.
     *
     * @param folder an empty folder
     * @param port the port for clients; 0 for any free one
     */
    public static SandboxBroker start(Path folder, int port) {
        return started(
                new SandboxBroker(folder, false, port == 0 ? FreePort.find() : port, Map.of(), Optional.empty()));
    }

    private static SandboxBroker started(SandboxBroker broker) {
        try {
            broker.startAgain();
            return broker;
        } catch (SandboxException e) {
            broker.close();
            throw e;
        }
    }

    private static Map<String, String> properties(
            int port, Map<String, String> overrides, Optional<BrokerSecurity> security) {
        int controllerPort = FreePort.find();
        Map<String, String> properties =
                new HashMap<>(BrokerProperties.of(NODE, port, Map.of(NODE, controllerPort), 1));
        properties.put(BrokerProperties.CLUSTER_ID, Uuid.randomUuid().toString());
        // There is no other broker to take over its leaderships.
        properties.put("controlled.shutdown.enable", "false");
        security.ifPresent(with -> properties.putAll(with.broker(port, controllerPort)));
        properties.putAll(overrides);
        return properties;
    }

    /**
     * Restarts the broker after {@link #stop} or {@link #kill}, on the same port and with the same data. Returns when it
     * serves clients.
     */
    public void startAgain() {
        node.launch();
        node.awaitStarted();
    }

    /** Shuts the broker down cleanly, and keeps its data. Does nothing if it is not running. */
    public void stop() {
        node.stop();
    }

    /** Kills the broker (SIGKILL), and keeps its data. Does nothing if it is not running. */
    public void kill() {
        node.kill();
    }

    /** Suspends the broker (SIGSTOP) until {@link #thaw}: its connections stay open, but it does not respond. */
    public void freeze() {
        node.freeze();
    }

    /** Resumes the broker after {@link #freeze}. */
    public void thaw() {
        node.thaw();
    }

    /** The address that clients connect to. */
    public String bootstrapServers() {
        return "localhost:" + port;
    }

    @Override
    public void close() {
        if (temporary) {
            node.kill();
            Folders.delete(folder);
        } else {
            node.stop();
        }
    }
}
