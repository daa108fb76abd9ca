package io.sidetrack.common.settings;

import io.sidetrack.common.log.Secrets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The user's properties for Kafka clients. {@code KAFKA_FOO_BAR} becomes {@code foo.bar}, so users can set every property of every
 * client, including security, without support by Sidetrack.
 *
 * <p>A Streams client receives all properties unchanged. A plain consumer, producer or admin client receives what Streams would
 * pass to its own client of that kind: the properties of that kind; properties with the kind's prefix
 * ({@code KAFKA_CONSUMER_FOO}), which take precedence; and properties that Kafka does not define, which belong to plug-ins. It
 * never receives a property of Streams itself, such as {@code group.protocol=streams}, with which a plain consumer does not start.
 * It does not receive properties of groups and transactions either: plain clients have no group, and code that needs transactions
 * chooses the id.
 */
public final class KafkaProperties {
    private static final String VARIABLE_PREFIX = "KAFKA_";
    private static final String BOOTSTRAP = "bootstrap.servers";

    private static final List<String> CLIENT_PREFIXES = List.of(
            StreamsConfig.MAIN_CONSUMER_PREFIX,
            StreamsConfig.RESTORE_CONSUMER_PREFIX,
            StreamsConfig.GLOBAL_CONSUMER_PREFIX,
            StreamsConfig.CONSUMER_PREFIX,
            StreamsConfig.PRODUCER_PREFIX,
            StreamsConfig.ADMIN_CLIENT_PREFIX);
    private static final List<String> OTHER_PREFIXES =
            List.of(StreamsConfig.TOPIC_PREFIX, StreamsConfig.CLIENT_TAG_PREFIX);
    private static final Set<String> NEVER_PLAIN = Set.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
            ConsumerConfig.GROUP_REMOTE_ASSIGNOR_CONFIG,
            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
            ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    private static final Set<String> OF_KAFKA = ofKafka();
    private static final Set<String> SECRET = secret();

    private final Map<String, String> values;
    /** The variable of each property. */
    private final Map<String, String> variables;

    private KafkaProperties(Map<String, String> values, Map<String, String> variables) {
        this.values = values;
        this.variables = variables;
    }

    private static Set<String> secret() {
        Set<String> names = new HashSet<>();
        for (ConfigDef definition : List.of(
                StreamsConfig.configDef(),
                ConsumerConfig.configDef(),
                ProducerConfig.configDef(),
                AdminClientConfig.configDef())) {
            definition.configKeys().values().stream()
                    .filter(key -> key.type == ConfigDef.Type.PASSWORD)
                    .forEach(key -> names.add(key.name));
        }
        return names;
    }

    private static Set<String> ofKafka() {
        Set<String> names = new HashSet<>(StreamsConfig.configDef().names());
        names.addAll(ConsumerConfig.configNames());
        names.addAll(ProducerConfig.configNames());
        names.addAll(AdminClientConfig.configNames());
        return names;
    }

    /**
     * The properties of an environment. Values are not validated here.
     *
     * @throws StartupException if {@code KAFKA_BOOTSTRAP_SERVERS} is missing, or set for one kind of client only
     */
    public static KafkaProperties read(Map<String, String> environment) {
        Map<String, String> values = new TreeMap<>();
        Map<String, String> variables = new TreeMap<>();
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (variable.startsWith(VARIABLE_PREFIX)
                    && variable.length() > VARIABLE_PREFIX.length()
                    && !value.isBlank()) {
                String property = variable.substring(VARIABLE_PREFIX.length())
                        .toLowerCase(Locale.ROOT)
                        .replace('_', '.');
                values.put(property, value.trim());
                variables.put(property, variable);
            }
        });
        return checked(new KafkaProperties(values, variables));
    }

    /** Properties from a map by name. */
    public static KafkaProperties of(Map<String, String> properties) {
        return checked(new KafkaProperties(new TreeMap<>(properties), new TreeMap<>()));
    }

    private static KafkaProperties checked(KafkaProperties properties) {
        for (String prefix : CLIENT_PREFIXES) {
            if (properties.values.containsKey(prefix + BOOTSTRAP)) {
                throw new StartupException(
                        properties.variable(prefix + BOOTSTRAP),
                        "cannot be set: all clients use the same cluster",
                        "Remove it, and set " + properties.variable(BOOTSTRAP) + ".");
            }
        }
        if (!properties.values.containsKey(BOOTSTRAP)) {
            throw new StartupException(
                    properties.variable(BOOTSTRAP), "not set", "Set it to the brokers, as host:port,host:port.");
        }
        properties.rememberSecrets();
        return properties;
    }

    /** These properties, overridden by others, which also replace prefixed variants. */
    public KafkaProperties with(Map<String, String> more) {
        Map<String, String> all = new TreeMap<>(values);
        all.keySet().removeIf(name -> more.containsKey(withoutPrefix(name)));
        all.putAll(more);
        return checked(new KafkaProperties(all, variables));
    }

    /** Remembers the values that a log must not contain: those of Kafka's password properties, and every value from a provider. */
    private void rememberSecrets() {
        values.forEach((name, value) -> {
            if (SECRET.contains(withoutPrefix(name)) || Secrets.isSecret(name)) {
                Secrets.rememberSecretSetting(value);
            }
            Secrets.rememberUserInfo(value);
        });
        for (Map<String, Object> properties : List.of(streams(), consumer(), producer(), admin())) {
            ProvidedValues.of(properties).forEach((name, provided) -> {
                provided.forEach(Secrets::rememberSecretSetting);
                provided.forEach(Secrets::rememberUserInfo);
            });
        }
    }

    /** The properties for Streams: all of them, including prefixed ones. */
    public Map<String, Object> streams() {
        return new TreeMap<>(values);
    }

    /** The properties for a consumer outside Streams, which has no group. */
    public Map<String, Object> consumer() {
        return plain(StreamsConfig.CONSUMER_PREFIX, ConsumerConfig.configNames());
    }

    /** The properties for a producer outside Streams, without a transactional id. */
    public Map<String, Object> producer() {
        return plain(StreamsConfig.PRODUCER_PREFIX, ProducerConfig.configNames());
    }

    /** The properties for an admin client outside Streams. */
    public Map<String, Object> admin() {
        return plain(StreamsConfig.ADMIN_CLIENT_PREFIX, AdminClientConfig.configNames());
    }

    private Map<String, Object> plain(String prefix, Set<String> ofThisKind) {
        Map<String, Object> plain = new TreeMap<>();
        values.forEach((name, value) -> {
            if (ofThisKind.contains(name) || isOfAPlugIn(name)) {
                plain.put(name, value);
            }
        });
        values.forEach((name, value) -> {
            if (name.startsWith(prefix)) {
                plain.put(name.substring(prefix.length()), value);
            }
        });
        plain.keySet().removeAll(NEVER_PLAIN);
        return plain;
    }

    private static boolean isOfAPlugIn(String name) {
        return !OF_KAFKA.contains(name)
                && prefix(name).isEmpty()
                && OTHER_PREFIXES.stream().noneMatch(name::startsWith);
    }

    private static Optional<String> prefix(String name) {
        return CLIENT_PREFIXES.stream().filter(name::startsWith).findFirst();
    }

    /** The name of a property without the prefix of a client, such as {@code main.consumer.}. */
    public static String withoutPrefix(String name) {
        return name.substring(prefix(name).map(String::length).orElse(0));
    }

    /**
     * The failure of a process that receives no response from any broker.
     *
     * @param timeout how long it has waited
     */
    public static StartupException noAnswer(Duration timeout, Throwable cause) {
        return new StartupException(
                "KAFKA_BOOTSTRAP_SERVERS",
                "no broker responded within " + timeout.toSeconds() + " s",
                "Check the address, that the brokers are up, and that security settings match the listener.",
                cause);
    }

    /** The environment variable of a property: the one that the user has set, or the default spelling. */
    public String variable(String property) {
        return variables.getOrDefault(
                property, VARIABLE_PREFIX + property.toUpperCase(Locale.ROOT).replace('.', '_'));
    }
}
