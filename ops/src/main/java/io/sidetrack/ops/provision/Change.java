package io.sidetrack.ops.provision;

import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One difference between what is and what is to be. */
sealed interface Change {
    /** What is to be done, as an instruction. */
    String instruction();

    /** Whether it would be done. */
    boolean isAllowed();

    /** The topic is not there. */
    record Create(TopicSpec spec) implements Change {
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
     * A config of a topic that exists.
     *
     * @param from as it is
     * @param to as it is to be
     */
    record Setting(String from, String to) {}

    /** Configs are others than those wanted, and nothing that the topic keeps or accepts now is lost by changing them. */
    record Configure(String topic, Map<String, Setting> settings) implements Change {
        @Override
        public String instruction() {
            return "set on %s: %s".formatted(topic, changes(settings));
        }

        @Override
        public boolean isAllowed() {
            return true;
        }
    }

    /** Configs are others than those wanted, and with those the topic would keep less. Not done unless asked for. */
    record Weaken(String topic, Map<String, Setting> settings) implements Change {
        @Override
        public String instruction() {
            return "%s on %s: left alone, because the topic would delete what it keeps now; use --allow-weaker to do it"
                    .formatted(changes(settings), topic);
        }

        @Override
        public boolean isAllowed() {
            return false;
        }
    }

    /** There are fewer partitions than wanted. Not done unless asked for, because it moves keys. */
    record Grow(String topic, int from, int to, boolean isAllowed) implements Change {
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
                                            + " records could be read before older ones; drain the lane, then use"
                                            + " --grow-partitions");
        }
    }

    /** There are more partitions than wanted, and Kafka can't take any away. */
    record Shrink(String topic, int from, int to) implements Change {
        @Override
        public String instruction() {
            return "%s has %d partitions, %d are wanted: left alone, Kafka cannot take partitions away"
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
