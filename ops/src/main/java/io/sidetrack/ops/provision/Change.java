package io.sidetrack.ops.provision;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.TopicConfig;

/** A difference between an existing topic and its declaration. */
sealed interface Change {
    /** The topic's name. */
    String topic();

    /** A name for the kind of change, for programs. */
    String kind();

    /** The change in the imperative, or why it is not made. */
    String instruction();

    /** True if the change would be made. */
    boolean isAllowed();

    /** True if the topic does not meet the declaration without the change. */
    default boolean isRequired() {
        return true;
    }

    /** Creates a topic that does not exist. */
    record Create(TopicSpec spec) implements Change {
        @Override
        public String topic() {
            return spec.name();
        }

        @Override
        public String kind() {
            return "create";
        }

        @Override
        public String instruction() {
            return "create %s with %d partitions%s"
                    .formatted(
                            spec.name(),
                            spec.partitions(),
                            spec.configs().isEmpty() ? "" : ", " + list(spec.configs()));
        }

        @Override
        public boolean isAllowed() {
            return true;
        }
    }

    /**
     * The change of a config of an existing topic.
     *
     * @param from its current value
     * @param to its declared value
     */
    record Setting(String from, String to) {}

    /** Sets configs with which the topic keeps and accepts everything that it keeps and accepts now. */
    record Configure(String topic, Map<String, Setting> settings) implements Change {
        @Override
        public String kind() {
            return "configure";
        }

        @Override
        public String instruction() {
            return "set on %s: %s".formatted(topic, changes(settings));
        }

        @Override
        public boolean isAllowed() {
            return true;
        }
    }

    /** Configs with which the topic would keep less than it keeps now. They are set only on request. */
    record Weaken(String topic, Map<String, Setting> settings) implements Change {
        @Override
        public String kind() {
            return "weaken";
        }

        @Override
        public String instruction() {
            return "%s on %s: left alone, because the topic would delete records that it keeps now; --allow-weaker allows it"
                    .formatted(changes(settings), topic);
        }

        @Override
        public boolean isAllowed() {
            return false;
        }

        /** A topic that keeps records for longer, or more of them, meets the declaration; a compacted one does not. */
        @Override
        public boolean isRequired() {
            return settings.containsKey(TopicConfig.CLEANUP_POLICY_CONFIG);
        }
    }

    /** Adds partitions, which moves keys to other partitions. It is done only on request. */
    record Grow(String topic, int from, int to, boolean isAllowed) implements Change {
        @Override
        public String kind() {
            return "grow";
        }

        @Override
        public String instruction() {
            return "grow %s from %d to %d partitions%s"
                    .formatted(
                            topic,
                            from,
                            to,
                            isAllowed
                                    ? ""
                                    : ": left alone, because most keys would move to another partition and their newer"
                                            + " records could be read before older ones; read the lane to its end, then"
                                            + " use --grow-partitions");
        }
    }

    /** More partitions than declared. Kafka cannot remove any. */
    record Shrink(String topic, int from, int to) implements Change {
        @Override
        public String kind() {
            return "shrink";
        }

        @Override
        public String instruction() {
            return "%s has %d partitions instead of %d: left alone, because Kafka cannot remove partitions"
                    .formatted(topic, from, to);
        }

        @Override
        public boolean isAllowed() {
            return false;
        }
    }

    private static String changes(Map<String, Setting> settings) {
        return new TreeMap<>(settings)
                .entrySet().stream()
                        .map(change -> "%s %s -> %s"
                                .formatted(
                                        change.getKey(),
                                        change.getValue().from(),
                                        change.getValue().to()))
                        .collect(Collectors.joining(", "));
    }

    private static String list(Map<String, String> configs) {
        return new TreeMap<>(configs)
                .entrySet().stream()
                        .map(config -> config.getKey() + "=" + config.getValue())
                        .collect(Collectors.joining(" "));
    }
}
