package io.sidetrack.ops.provision;

import io.sidetrack.common.topic.TopicFacts;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.TopicConfig;

/** Compares existing topics with declared ones. Pure. */
final class Plan {
    private Plan() {}

    /**
     * The changes after which all topics are as declared, in the order of {@code wanted}.
     *
     * @param wanted the declared topics
     * @param actual the existing topics, by name
     * @param mayGrow whether partitions may be added
     * @param mayWeaken whether a topic may keep less than it keeps now
     */
    static List<Change> changes(
            List<TopicSpec> wanted, Map<String, TopicFacts> actual, boolean mayGrow, boolean mayWeaken) {
        List<Change> changes = new ArrayList<>();
        for (TopicSpec spec : wanted) {
            TopicFacts facts = actual.get(spec.name());
            int partitions = spec.follows()
                    .map(topic -> partitionsAfter(topic, spec.partitions(), actual, mayGrow))
                    .orElse(spec.partitions());
            if (facts == null) {
                changes.add(new Change.Create(spec.follows()
                        .map(topic -> spec.following(topic, partitions))
                        .orElse(spec)));
                continue;
            }
            changes.addAll(configs(spec, facts, mayWeaken));
            if (facts.partitions() < partitions) {
                // A topic that follows a lane moves no keys: those have moved on the lane.
                boolean allowed = mayGrow || spec.follows().isPresent();
                changes.add(new Change.Grow(spec.name(), facts.partitions(), partitions, allowed));
            } else if (facts.partitions() > partitions) {
                changes.add(new Change.Shrink(spec.name(), facts.partitions(), partitions));
            }
        }
        return changes;
    }

    /** The number of partitions that a topic has once the plan is carried out. */
    private static int partitionsAfter(String topic, int declared, Map<String, TopicFacts> actual, boolean mayGrow) {
        TopicFacts facts = actual.get(topic);
        if (facts == null) {
            return declared;
        }
        return mayGrow ? Math.max(declared, facts.partitions()) : facts.partitions();
    }

    private static List<Change> configs(TopicSpec spec, TopicFacts facts, boolean mayWeaken) {
        Map<String, Change.Setting> better = new HashMap<>();
        Map<String, Change.Setting> weaker = new HashMap<>();
        spec.configs().forEach((name, value) -> {
            boolean exact = spec.exact().contains(name);
            switch (name) {
                case TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG -> {
                    if (!facts.timestampType().equals(value)) {
                        better.put(name, new Change.Setting(facts.timestampType(), value));
                    }
                }
                case TopicConfig.CLEANUP_POLICY_CONFIG -> {
                    if (!facts.cleanupPolicy().equals(value)) {
                        (keepsLast(value) || keepsAll(spec, facts) ? better : weaker)
                                .put(name, new Change.Setting(facts.cleanupPolicy(), value));
                    }
                }
                case TopicConfig.RETENTION_MS_CONFIG -> limit(name, facts.retentionMs(), value, exact, better, weaker);
                case TopicConfig.RETENTION_BYTES_CONFIG ->
                    limit(name, facts.retentionBytes(), value, exact, better, weaker);
                // A topic may accept larger records than necessary.
                case TopicConfig.MAX_MESSAGE_BYTES_CONFIG -> {
                    if (facts.maxMessageBytes() < Integer.parseInt(value)) {
                        better.put(name, new Change.Setting(Integer.toString(facts.maxMessageBytes()), value));
                    }
                }
                case TopicConfig.SEGMENT_BYTES_CONFIG -> {
                    if (facts.segmentBytes() > Integer.parseInt(value)) {
                        better.put(name, new Change.Setting(Integer.toString(facts.segmentBytes()), value));
                    }
                }
                default -> throw new IllegalArgumentException("unknown config " + name);
            }
        });
        if (mayWeaken) {
            better.putAll(weaker);
            weaker.clear();
        }
        List<Change> changes = new ArrayList<>();
        if (!better.isEmpty()) {
            changes.add(new Change.Configure(spec.name(), better));
        }
        if (!weaker.isEmpty()) {
            changes.add(new Change.Weaken(spec.name(), weaker));
        }
        return changes;
    }

    /** True if the last record of each key is kept, which is all that matters in a topic that is declared so. */
    private static boolean keepsLast(String policy) {
        return policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT);
    }

    /** Compares a retention with the declared one; -1 means no limit. A topic may keep more than a default limit. */
    private static void limit(
            String name,
            long actual,
            String wanted,
            boolean exact,
            Map<String, Change.Setting> better,
            Map<String, Change.Setting> weaker) {
        int order = Long.compareUnsigned(actual, Long.parseLong(wanted));
        if (order < 0) {
            better.put(name, new Change.Setting(Long.toString(actual), wanted));
        } else if (order > 0 && exact) {
            weaker.put(name, new Change.Setting(Long.toString(actual), wanted));
        }
    }

    /**
     * True if the topic keeps at least as much with the policy {@code delete} as with its current one. A compacted topic keeps
     * the last record of each key forever, and one without a policy keeps everything, so any limit would delete records.
     */
    private static boolean keepsAll(TopicSpec spec, TopicFacts facts) {
        return isWithoutLimit(spec, TopicConfig.RETENTION_MS_CONFIG, facts.retentionMs())
                && isWithoutLimit(spec, TopicConfig.RETENTION_BYTES_CONFIG, facts.retentionBytes());
    }

    private static boolean isWithoutLimit(TopicSpec spec, String config, long actual) {
        boolean wanted = "-1".equals(spec.configs().get(config));
        return wanted || (actual < 0 && !spec.exact().contains(config));
    }
}
