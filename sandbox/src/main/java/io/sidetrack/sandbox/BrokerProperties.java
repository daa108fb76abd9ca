package io.sidetrack.sandbox;

import java.util.HashMap;
import java.util.Map;

/** The properties that all brokers of the sandbox share. */
final class BrokerProperties {
    /** Read by the launcher, not by the broker. */
    static final String CLUSTER_ID = "sandbox.cluster.id";
    /** Read by the launcher, not by the broker: a credential that is created with the storage. */
    static final String SCRAM_CREDENTIAL = "sandbox.scram.credential";

    private BrokerProperties() {}

    /**
     * The properties of one broker that is also a controller.
     *
     * @param node its id
     * @param port for clients, on the loopback interface
     * @param controllerPorts of all brokers of the cluster, by id
     * @param minInSync {@code min.insync.replicas} of the internal topics
     */
    static Map<String, String> of(int node, int port, Map<Integer, Integer> controllerPorts, int minInSync) {
        String replicas = Integer.toString(controllerPorts.size());
        Map<String, String> properties = new HashMap<>();
        properties.put("process.roles", "broker,controller");
        properties.put("node.id", Integer.toString(node));
        properties.put("controller.quorum.voters", voters(controllerPorts));
        properties.put(
                "listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://localhost:" + controllerPorts.get(node));
        properties.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        properties.put("controller.listener.names", "CONTROLLER");
        properties.put("auto.create.topics.enable", "false");
        properties.put("default.replication.factor", replicas);
        properties.put("offsets.topic.replication.factor", replicas);
        properties.put("offsets.topic.num.partitions", "4");
        properties.put("transaction.state.log.replication.factor", replicas);
        properties.put("transaction.state.log.min.isr", Integer.toString(minInSync));
        properties.put("transaction.state.log.num.partitions", "4");
        properties.put("share.coordinator.state.topic.replication.factor", replicas);
        properties.put("share.coordinator.state.topic.min.isr", Integer.toString(minInSync));
        // A sandbox need not wait for the other members of a group.
        properties.put("group.initial.rebalance.delay.ms", "0");
        properties.put("group.streams.initial.rebalance.delay.ms", "0");
        return properties;
    }

    private static String voters(Map<Integer, Integer> controllerPorts) {
        return String.join(
                ",",
                controllerPorts.entrySet().stream()
                        .map(controller -> controller.getKey() + "@localhost:" + controller.getValue())
                        .toList());
    }
}
