package io.sidetrack.common.settings;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Kafka client properties from the environment: {@code KAFKA_FOO_BAR} becomes {@code foo.bar}, so that every property
 * of every client, security included, can be set without Sidetrack knowing it.
 */
public final class KafkaClientSettings {
    private static final String PREFIX = "KAFKA_";
    private static final String BOOTSTRAP = "KAFKA_BOOTSTRAP_SERVERS";

    private KafkaClientSettings() {}

    /**
     * The client properties of an environment; values as given, none of them validated here.
     *
     * @throws StartupException if {@code KAFKA_BOOTSTRAP_SERVERS} is missing
     */
    public static Map<String, Object> read(Map<String, String> environment) {
        return read(environment, Map.of());
    }

    /**
     * As {@link #read(Map)}, refusing properties on which a guarantee rests.
     *
     * @param owned property name (such as {@code task.timeout.ms}) to the reason why it is not for the user to set, with
     *     what to use instead
     * @throws StartupException if {@code KAFKA_BOOTSTRAP_SERVERS} is missing or an owned property is set
     */
    public static Map<String, Object> read(Map<String, String> environment, Map<String, String> owned) {
        Map<String, Object> properties = new TreeMap<>();
        environment.forEach((name, value) -> {
            if (name.startsWith(PREFIX) && name.length() > PREFIX.length() && !value.isBlank()) {
                String property =
                        name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
                if (owned.containsKey(property)) {
                    throw new StartupException(name, "cannot be set", owned.get(property));
                }
                properties.put(property, value.trim());
            }
        });
        if (!properties.containsKey("bootstrap.servers")) {
            throw new StartupException(BOOTSTRAP, "not set", "Set it to the brokers, as host:port,host:port.");
        }
        return properties;
    }

    /**
     * The failure of a process that no broker answers.
     *
     * @param patience how long it has waited
     */
    public static StartupException noAnswer(Duration patience, Throwable cause) {
        return new StartupException(
                BOOTSTRAP,
                "no broker answered within " + patience.toSeconds() + " s",
                "Check the address, that the brokers are up, and that security settings match the listener.",
                cause);
    }
}
