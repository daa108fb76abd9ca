package io.sidetrack.ops.provision;

import io.sidetrack.common.topic.TopicFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** Works out the changes. Pure: what is goes in, what is to be done comes out. */
final class Plan {
    private Plan() {}

    /**
     * The changes that lead from what is to what is wanted, in the order of {@code wanted}.
     *
     * @param actual the topics that exist, by name
     * @param mayGrow whether partitions may be added
     */
    static List<Change> changes(List<TopicSpec> wanted, Map<String, TopicFacts> actual, boolean mayGrow) {
        List<Change> changes = new ArrayList<>();
        for (TopicSpec spec : wanted) {
            TopicFacts facts = actual.get(spec.name());
            if (facts == null) {
                changes.add(new Change.Create(spec));
                continue;
            }
            Map<String, String> drift = drift(spec, facts);
            if (!drift.isEmpty()) {
                changes.add(new Change.Configure(spec.name(), drift));
            }
            if (facts.partitions() < spec.partitions()) {
                changes.add(new Change.Grow(spec.name(), facts.partitions(), spec.partitions(), mayGrow));
            } else if (facts.partitions() > spec.partitions()) {
                changes.add(new Change.Shrink(spec.name(), facts.partitions(), spec.partitions()));
            }
        }
        return changes;
    }

    private static Map<String, String> drift(TopicSpec spec, TopicFacts facts) {
        Map<String, String> drift = new HashMap<>();
        spec.configs().forEach((name, value) -> {
            boolean asWanted =
                    switch (name) {
                        case TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG ->
                            facts.timestampType().equals(value);
                        case TopicConfig.CLEANUP_POLICY_CONFIG ->
                            facts.cleanupPolicy().equals(value);
                        case TopicConfig.RETENTION_MS_CONFIG -> facts.retentionMs() == Long.parseLong(value);
                        // A topic that takes larger records than needed is as good.
                        case TopicConfig.MAX_MESSAGE_BYTES_CONFIG -> facts.maxMessageBytes() >= Integer.parseInt(value);
                        default -> throw new IllegalArgumentException("nothing is known of the config " + name);
                    };
            if (!asWanted) {
                drift.put(name, value);
            }
        });
        return drift;
    }
}
