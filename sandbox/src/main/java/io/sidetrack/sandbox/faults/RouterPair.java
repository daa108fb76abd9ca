package io.sidetrack.sandbox.faults;

import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A source with its lanes and the two routers that share it. Not thread-safe. */
final class RouterPair implements AutoCloseable {
    private static final Duration READY = Duration.ofMinutes(3);
    /** The session timeout, after which the group removes a router that no longer responds. */
    static final Duration SESSION = Duration.ofSeconds(4);

    private final String bootstrapServers;
    private final String guarantee;
    private final Path logs;
    private final ServiceProcess[] routers = new ServiceProcess[2];
    private final int[] ports = new int[2];
    private int started;
    private int unexpectedExits;

    /** @param logs the folder of the routers' logs */
    RouterPair(String bootstrapServers, String guarantee, Path logs) {
        this.bootstrapServers = bootstrapServers;
        this.guarantee = guarantee;
        this.logs = logs;
    }

    String guarantee() {
        return guarantee;
    }

    String source() {
        return guarantee.replace('_', '-');
    }

    String group() {
        return "router-" + source();
    }

    List<String> lanes() {
        return List.of(DefaultNames.liveTopic(source()), DefaultNames.backfillTopic(source()));
    }

    void createTopics(SandboxTopics topics) {
        String largest = Integer.toString(Feed.MAX_MESSAGE_BYTES);
        topics.create(source(), Feed.partitions(), Map.of("max.message.bytes", largest));
        Map<String, String> lane = Map.of(
                "message.timestamp.type", "LogAppendTime",
                "max.message.bytes", largest,
                "compression.type", "uncompressed");
        lanes().forEach(name -> topics.create(name, name.endsWith("-live") ? Feed.partitions() : 12, lane));
        topics.createLane(DefaultNames.deadLetterTopic(source()), 1);
    }

    /** Starts both without waiting for them. */
    void start() {
        for (int i = 0; i < routers.length; i++) {
            start(i);
        }
    }

    private void start(int i) {
        ports[i] = FreePort.find();
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        environment.put("ROUTER_SOURCE_TOPIC", source());
        environment.put("ROUTER_APPLICATION_ID", group());
        environment.put("ROUTER_HTTP_PORT", Integer.toString(ports[i]));
        environment.put("ROUTER_PROCESSING_GUARANTEE", guarantee);
        environment.put("KAFKA_SESSION_TIMEOUT_MS", Long.toString(SESSION.toMillis()));
        environment.put("KAFKA_HEARTBEAT_INTERVAL_MS", "500");
        environment.put("KAFKA_TRANSACTION_TIMEOUT_MS", "5000");
        if (!guarantee.startsWith("exactly")) {
            environment.put("KAFKA_COMMIT_INTERVAL_MS", "1000");
        }
        String name = source() + "-router-" + ++started;
        routers[i] = ServiceProcess.java(
                name,
                List.of("-Xmx256m", "-jar", Jars.ofThisCheckout().router().toString()),
                environment,
                logs.resolve(name + ".out"),
                logs.resolve(name + ".err"));
    }

    void awaitReady() {
        for (int i = 0; i < routers.length; i++) {
            routers[i].awaitReady(ports[i], READY);
        }
    }

    /** Kills a router, and starts another in its place. */
    void replace(int i) {
        routers[i].close();
        start(i);
    }

    void freeze(int i) {
        routers[i].signal("STOP");
    }

    void thaw(int i) {
        routers[i].signal("CONT");
    }

    /** Restarts and counts routers that exited, although none should. */
    void restartExited() {
        for (int i = 0; i < routers.length; i++) {
            if (!routers[i].isAlive()) {
                unexpectedExits++;
                start(i);
            }
        }
    }

    int unexpectedExits() {
        return unexpectedExits;
    }

    /**
     * Stops both with SIGTERM.
     *
     * @return true if both exited with code 0
     */
    boolean stop(Duration limit) {
        for (ServiceProcess router : routers) {
            router.terminate();
        }
        boolean clean = true;
        for (ServiceProcess router : routers) {
            clean &= router.exitCode(limit) == 0;
        }
        return clean;
    }

    @Override
    public void close() {
        for (ServiceProcess router : routers) {
            if (router != null) {
                router.close();
            }
        }
    }
}
