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
 * One Kafka broker, which is also a controller, as a process that another process controls through its streams:
 *
 * <ul>
 *   <li>It formats its storage if that is new, starts, and then writes the line {@code started} to standard output.
 *   <li>At the line {@code stop} on standard input, it shuts down cleanly.
 *   <li>At the end of standard input, it ends at once: the process that started it is gone.
 *   <li>It ignores SIGINT and SIGTERM: Ctrl-C reaches every process of a terminal, and the services that use the broker
 *       must be able to finish first.
 * </ul>
 *
 * Argument: a file with the broker's properties, as {@code server.properties}, and those of the sandbox's own.
 */
public final class BrokerMain {
    private static final String CLUSTER_ID = "sandbox.cluster.id";
    /** A credential that is created while formatting; optional. */
    private static final String SCRAM_CREDENTIAL = "sandbox.scram.credential";

    private BrokerMain() {}

    public static void main(String[] args) {
        PrintStream toParent = System.out;
        // Nothing but the line "started" goes to the parent, which does not read on after it.
        System.setOut(System.err);
        // System.exit would wait for the hook below.
        Exit.setExitProcedure((status, message) -> Runtime.getRuntime().halt(status));
        CompletableFuture<KafkaRaftServer> running = new CompletableFuture<>();
        Thread parent = new Thread(() -> obey(running), "parent");
        parent.setDaemon(true);
        parent.start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> join(parent), "wait-for-parent"));
        try {
            running.complete(start(read(Path.of(args[0]))));
            toParent.println("started");
        } catch (Throwable e) {
            // An error too: the threads that it has started would keep half a broker alive.
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

    private static void obey(CompletableFuture<KafkaRaftServer> running) {
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
