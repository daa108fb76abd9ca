package io.sidetrack.sandbox;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.RetriableException;

/**
 * Three Kafka brokers, each also a controller, in child processes that can be killed, frozen and restarted one by one. By
 * default, topics have three replicas, and {@code min.insync.replicas} is 2. A broker that does not respond loses its
 * leaderships after 3 s. Not thread-safe.
 *
 * <p>Two of the three brokers must be running: one alone cannot elect a controller.
 */
public final class SandboxCluster implements AutoCloseable {
    /** The brokers' ids. */
    public static final List<Integer> NODES = List.of(1, 2, 3);

    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(50);

    private final Path folder = Folders.temporary("sidetrack-cluster");
    private final Map<Integer, Integer> ports = new TreeMap<>();
    private final Map<Integer, BrokerNode> nodes = new TreeMap<>();
    private final Admin admin;
    private boolean keepsData;

    private SandboxCluster(Map<String, String> overrides) {
        Map<Integer, Integer> controllerPorts = new TreeMap<>();
        for (int node : NODES) {
            ports.put(node, FreePort.find());
            controllerPorts.put(node, FreePort.find());
        }
        String clusterId = Uuid.randomUuid().toString();
        for (int node : NODES) {
            Map<String, String> properties = BrokerProperties.of(node, ports.get(node), controllerPorts, 2);
            properties.put(BrokerProperties.CLUSTER_ID, clusterId);
            properties.put("min.insync.replicas", "2");
            // Only after its session has expired do a killed broker's leaderships move, and can it register again.
            properties.put("broker.session.timeout.ms", "3000");
            properties.put("broker.heartbeat.interval.ms", "500");
            properties.putAll(overrides);
            nodes.put(node, new BrokerNode("broker " + node, folder.resolve(Integer.toString(node)), properties));
        }
        this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
    }

    /** Starts three brokers with their data in a temporary folder, deleted by {@link #close}. */
    public static SandboxCluster start() {
        return start(Map.of());
    }

    /** As {@link #start()}, with further properties of all three brokers, which take precedence. */
    public static SandboxCluster start(Map<String, String> overrides) {
        SandboxCluster cluster = new SandboxCluster(overrides);
        try {
            cluster.nodes.values().forEach(BrokerNode::launch);
            cluster.nodes.values().forEach(BrokerNode::awaitStarted);
            return cluster;
        } catch (SandboxException e) {
            cluster.close();
            throw e;
        }
    }

    /** The addresses of all three brokers, for clients. */
    public String bootstrapServers() {
        return ports.values().stream().map(port -> "localhost:" + port).collect(Collectors.joining(","));
    }

    /** Kills a broker (SIGKILL), and keeps its data. Does nothing if it is not running. */
    public void kill(int node) {
        nodes.get(node).kill();
    }

    /**
     * Shuts a broker down cleanly, after it has handed over its leaderships, and keeps its data. Does nothing if it is not
     * running.
     *
     * @throws SandboxException if it takes longer than two minutes; it is killed then
     */
    public void stop(int node) {
        nodes.get(node).stop();
    }

    /**
     * Restarts a broker after {@link #kill} or {@link #stop}, on the same port and with the same data. Returns when it serves
     * clients; its replicas may still be behind, see {@link #awaitInSync}.
     *
     * @throws SandboxException with the end of its log if it does not start within two minutes
     */
    public void startAgain(int node) {
        nodes.get(node).launch();
        nodes.get(node).awaitStarted();
    }

    /** Suspends a broker (SIGSTOP) until {@link #thaw}: its connections stay open, but it does not respond. */
    public void freeze(int node) {
        nodes.get(node).freeze();
    }

    /** Resumes a broker after {@link #freeze}. */
    public void thaw(int node) {
        nodes.get(node).thaw();
    }

    /** True if the broker's process exists, even if it is frozen. */
    public boolean isRunning(int node) {
        return nodes.get(node).isAlive();
    }

    /**
     * The id of the broker that leads a partition; waits for one.
     *
     * @throws SandboxException if the partition has no leader within two minutes
     */
    public int leaderOf(String topic, int partition) {
        return eventually("a leader of " + topic + "-" + partition, () -> {
            Node leader = describe(List.of(topic))
                    .get(topic)
                    .partitions()
                    .get(partition)
                    .leader();
            return leader == null || leader.isEmpty() ? null : leader.id();
        });
    }

    /** The id of the broker that coordinates a consumer, streams or other group; the group need not exist. */
    public int groupCoordinator(String group) {
        return coordinator("__consumer_offsets", group);
    }

    /** The id of the broker that coordinates a producer's transactions. */
    public int transactionCoordinator(String transactionalId) {
        return coordinator("__transaction_state", transactionalId);
    }

    /** The leader of the partition of an internal topic that the id's hash code selects, as brokers compute it. */
    private int coordinator(String topic, String id) {
        int partitions = eventually(
                "the topic " + topic,
                () -> describe(List.of(topic)).get(topic).partitions().size());
        int hash = id.hashCode();
        return leaderOf(topic, (hash == Integer.MIN_VALUE ? 0 : Math.abs(hash)) % partitions);
    }

    /** The id of the broker that is the active controller. */
    public int controller() {
        return result(admin.describeMetadataQuorum().quorumInfo()).leaderId();
    }

    /**
     * Returns when every partition, including those of internal topics, has a leader and all its replicas in sync.
     *
     * @throws SandboxException if that takes longer than two minutes
     */
    public void awaitInSync() {
        eventually("all replicas in sync", () -> {
            List<String> topics = List.copyOf(result(
                    admin.listTopics(new ListTopicsOptions().listInternal(true)).names()));
            return describe(topics).values().stream()
                            .flatMap(topic -> topic.partitions().stream())
                            .allMatch(SandboxCluster::isInSync)
                    ? true
                    : null;
        });
    }

    private static boolean isInSync(TopicPartitionInfo partition) {
        return partition.leader() != null
                && partition.isr().size() == partition.replicas().size();
    }

    private Map<String, TopicDescription> describe(List<String> topics) {
        return result(admin.describeTopics(topics).allTopicNames());
    }

    /** Polls until there is a result; null and retriable errors do not count as results. */
    private static <T> T eventually(String what, Supplier<T> poll) {
        long start = System.nanoTime();
        SandboxException last = null;
        while (System.nanoTime() - start < LIMIT.toNanos()) {
            try {
                T result = poll.get();
                if (result != null) {
                    return result;
                }
            } catch (SandboxException e) {
                if (!(e.getCause() instanceof RetriableException)) {
                    throw e;
                }
                last = e;
            }
            pause();
        }
        throw new SandboxException("no " + what + " in " + LIMIT.toSeconds() + " s", last);
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }

    private static <T> T result(KafkaFuture<T> future) {
        try {
            return future.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new SandboxException("the cluster returned an error", e.getCause());
        } catch (TimeoutException e) {
            throw new SandboxException("the cluster did not respond in " + LIMIT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }

    /**
     * Keeps data and logs when the cluster is closed, for an analysis of what happened.
     *
     * @return the folder that has a folder for each broker
     */
    public Path keepData() {
        keepsData = true;
        return folder;
    }

    /** Kills the brokers and deletes their data, unless {@link #keepData} was called. */
    @Override
    public void close() {
        admin.close(Duration.ZERO);
        nodes.values().forEach(BrokerNode::kill);
        if (!keepsData) {
            Folders.delete(folder);
        }
    }
}
