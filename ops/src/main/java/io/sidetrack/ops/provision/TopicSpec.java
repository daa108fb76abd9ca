package io.sidetrack.ops.provision;

import java.util.Map;
import java.util.Set;

/**
 * A topic as declared.
 *
 * @param partitions 1 or more
 * @param replicationFactor -1 for the default of the cluster; used only when the topic is created
 * @param configs the required configs; others are not changed
 * @param exact the configs that the user has declared; for the others, a value that keeps more is accepted
 */
record TopicSpec(
        String name, int partitions, short replicationFactor, Map<String, String> configs, Set<String> exact) {}
