package io.sidetrack.ops.provision;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A topic as declared.
 *
 * @param partitions 1 or more
 * @param follows the topic whose number of partitions it must have, whether that is as declared or not
 * @param replicationFactor -1 for the default of the cluster; used only when the topic is created
 * @param configs the required configs; others are not changed
 * @param exact the configs that the user has declared; for the others, a value that keeps more is accepted
 */
record TopicSpec(
        String name,
        int partitions,
        Optional<String> follows,
        short replicationFactor,
        Map<String, String> configs,
        Set<String> exact) {

    /** A topic with a number of partitions of its own. */
    TopicSpec(String name, int partitions, short replicationFactor, Map<String, String> configs, Set<String> exact) {
        this(name, partitions, Optional.empty(), replicationFactor, configs, exact);
    }

    /** The same topic, with as many partitions as another one has. */
    TopicSpec following(String topic, int partitionsOfTopic) {
        return new TopicSpec(name, partitionsOfTopic, Optional.of(topic), replicationFactor, configs, exact);
    }
}
