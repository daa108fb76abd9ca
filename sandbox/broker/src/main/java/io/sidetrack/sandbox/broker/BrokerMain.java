package io.sidetrack.sandbox.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A Kafka broker that is also a controller, in a process that its parent process controls through standard input and output:
 *
 * <ul>
 *   <li>It formats its storage if that is new, starts, and then writes the line {@code started} to standard output.
 *   <li>On the line {@code stop} on standard input, it shuts down cleanly.
 *   <li>At the end of standard input, it exits at once: its parent process no longer exists.
 *   <li>It ignores SIGINT and SIGTERM: Ctrl-C reaches every process of a terminal, and the services that use the broker must be
 *       able to finish first.
 * </ul>
 *
 * Argument: a file with the broker's properties, as in {@code server.properties}, and the sandbox's own properties.
 */
public final class BrokerMain {
    private static final String CLUSTER_ID = "sandbox.cluster.id";
    /** An optional credential that is created when the storage is formatted. */
    private static final String SCRAM_CREDENTIAL = "sandbox.scram.credential";

    private BrokerMain() {}

    public static void main(String[] args) {
        PrintStream toParent = System.out;
        // The parent reads nothing but the line "started": further output would fill the pipe and block the broker.
        System.setOut(System.err);
        // System.exit would wait for the shutdown hook below.
        Exit.setExitProcedure((status, message) -> Runtime.getRuntime().halt(status));
        CompletableFuture<KafkaRaftServer> running = new CompletableFuture<>();
        Thread parent = new Thread(() -> awaitCommand(running), "parent");
        parent.setDaemon(true);
        parent.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> join(parent), "wait-for-parent"));
        try {
            running.complete(start(read(Path.of(args[0]))));
            toParent.println("started");
        } catch (Throwable e) {
            // Errors too: threads that have been started would keep an incomplete broker running.
            e.printStackTrace(System.err);
            Runtime.getRuntime().halt(1);
        }
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, String> map = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }

    private static KafkaRaftServer start(Map<String, String> properties) throws Exception {
        String clusterId = properties.remove(CLUSTER_ID);
        String scramCredential = properties.remove(SCRAM_CREDENTIAL);
        String data = properties.get("log.dirs");
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(Integer.parseInt(properties.get("node.id")))
                .setClusterId(clusterId)
                .setDirectories(List.of(data))
                .setMetadataLogDirectory(data)
                .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                .setControllerListenerName("CONTROLLER")
                .setIgnoreFormatted(true)
                .setScramArguments(scramCredential == null ? List.of() : List.of(scramCredential))
                .run();
        KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
        server.startup();
        return server;
    }

    private static void awaitCommand(CompletableFuture<KafkaRaftServer> running) {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            if (in.readLine() != null) {
                KafkaRaftServer server = running.join();
                server.shutdown();
                server.awaitShutdown();
            }
        } catch (IOException e) {
            e.printStackTrace(System.err);
        } finally {
            Runtime.getRuntime().halt(0);
        }
    }

    private static void join(Thread parent) {
        try {
            parent.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
