package io.sidetrack.ops.provision;

import java.util.Map;
import java.util.Set;

/**
 * A topic as it is to be.
 *
 * @param partitions 1 or more
 * @param replicationFactor -1 for the cluster's default; only looked at when the topic is created
 * @param configs what must be set; other configs are left as they are
 * @param exact the configs whose value the user has given. Of the others, a value that keeps more is as good.
 */
record TopicSpec(
        String name, int partitions, short replicationFactor, Map<String, String> configs, Set<String> exact) {}
