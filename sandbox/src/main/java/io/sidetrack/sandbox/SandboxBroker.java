package io.sidetrack.sandbox;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/**
 * One Kafka broker, which is its own controller, as a child process of the version that the project's build names. It
 * listens on the loopback interface, creates no topic by itself, and has the group protocols {@code classic},
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

    /** As {@link #start()}, with broker properties of the caller's. */
    public static SandboxBroker start(Map<String, String> overrides) {
        return started(new SandboxBroker(
                Folders.temporary("sidetrack-broker"), true, FreePort.find(), overrides, Optional.empty()));
    }

    /** As {@link #start()}, for clients that say who they are. */
    public static SandboxBroker start(BrokerSecurity security) {
        return started(new SandboxBroker(
                Folders.temporary("sidetrack-broker"), true, FreePort.find(), Map.of(), Optional.of(security)));
    }

    /**
     * Starts a broker with its data in a folder that stays.
     *
     * @param folder empty
     * @param port 0 for any free one
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
        // There is no other broker to hand anything over to.
        properties.put("controlled.shutdown.enable", "false");
        security.ifPresent(with -> properties.putAll(with.broker(port, controllerPort)));
        properties.putAll(overrides);
        return properties;
    }

    /**
     * Starts the broker again after {@link #stop} or {@link #kill}, on the same port and with the same data. Returns when
     * it serves clients.
     */
    public void startAgain() {
        node.launch();
        node.awaitStarted();
    }

    /** Shuts the broker down cleanly; its data stays. Does nothing if it is not running. */
    public void stop() {
        node.stop();
    }

    /** Kills the broker (SIGKILL); its data stays. Does nothing if it is not running. */
    public void kill() {
        node.kill();
    }

    /** Suspends the broker (SIGSTOP) until {@link #thaw}: its connections stay open, and nobody answers. */
    public void freeze() {
        node.freeze();
    }

    /** Lets the broker run on after {@link #freeze}. */
    public void thaw() {
        node.thaw();
    }

    /** Where clients connect to. */
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
