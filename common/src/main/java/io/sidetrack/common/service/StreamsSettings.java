package io.sidetrack.common.service;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/** Builds Kafka Streams configurations. Problems are reported by the name of the environment variable. */
public final class StreamsSettings {
    private static final Pattern PROPERTY = Pattern.compile("configuration \"?([a-z0-9.]+)");

    private StreamsSettings() {}

    /**
     * Builds and validates a configuration.
     *
     * @param user the user's properties, which override the defaults
     * @param defaults the service's defaults
     * @param fixed the service's properties that override the user's
     * @param owned the properties that the user cannot change
     * @throws StartupException naming the variable of the first property that the user cannot set, or that is invalid
     */
    public static StreamsConfig of(
            KafkaProperties user, Map<String, Object> defaults, Map<String, Object> fixed, OwnedProperties owned) {
        Map<String, Object> own = new HashMap<>(defaults);
        // Streams logs a warning about the default of this property at every start, and again in the assignor, which
        // receives only the consumer's properties. The services have no global thread.
        String handler = "processing.exception.handler.global.enabled";
        own.put(handler, true);
        own.put(StreamsConfig.consumerPrefix(handler), true);
        own.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, user.streams().get(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG));
        own.putAll(fixed);
        owned.check(user, own);
        Map<String, Object> all = new HashMap<>(own);
        all.putAll(user.streams());
        all.putAll(fixed);
        try {
            return valid(all);
        } catch (RuntimeException e) {
            throw new StartupException(variable(user, all, e), problem(e), "Set it to a valid value, or remove it.", e);
        }
    }

    private static StreamsConfig valid(Map<String, Object> properties) {
        StreamsConfig config = new StreamsConfig(properties);
        requireValidClients(config);
        return config;
    }

    /** Kafka casts and parses some properties without validating them first. */
    private static String problem(RuntimeException e) {
        return e instanceof ClassCastException ? "not valid as text" : String.valueOf(e.getMessage());
    }

    /** The variable of the invalid property. Kafka names it without the prefix of its client, or not at all. */
    private static String variable(KafkaProperties user, Map<String, Object> all, RuntimeException problem) {
        for (String name : user.streams().keySet()) {
            Map<String, Object> others = new HashMap<>(all);
            others.remove(name);
            try {
                valid(others);
                return user.variable(name);
            } catch (RuntimeException e) {
                // The problem remains without this property, so it is not the only culprit.
            }
        }
        Matcher property = PROPERTY.matcher(String.valueOf(problem.getMessage()));
        return property.find() ? user.variable(property.group(1)) : "KAFKA_ settings";
    }

    /** Validates the clients' properties, which Streams itself does only when it creates the clients. */
    private static void requireValidClients(StreamsConfig config) {
        Map<String, Object> consumer = config.getMainConsumerConfigs("check", "check", 0);
        consumer.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        consumer.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        var unusedConsumer = new ConsumerConfig(consumer);
        Map<String, Object> producer = config.getProducerConfigs("check");
        producer.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        producer.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        var unusedProducer = new ProducerConfig(producer);
    }

    /** The number of stream threads; 1 if the user's number is invalid, which {@link #of} reports. */
    public static int streamThreads(KafkaProperties user) {
        Object threads = user.streams().getOrDefault(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
        try {
            return Math.max(1, Integer.parseInt(threads.toString().trim()));
        } catch (NumberFormatException e) {
            return 1;
        }
    }

    /** How long the group waits for a member's next poll ({@code max.poll.interval.ms}). */
    public static Duration maxPollInterval(StreamsConfig config) {
        return consumerDuration(config, ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
    }

    /**
     * How long the group waits for a member's next heartbeat ({@code session.timeout.ms}). The client's default applies with group
     * protocols in which the broker decides.
     */
    public static Duration sessionTimeout(StreamsConfig config) {
        return consumerDuration(config, ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG);
    }

    private static Duration consumerDuration(StreamsConfig config, String name) {
        Object given = config.getMainConsumerConfigs("", "", 0).get(name);
        Object ms = given == null ? ConsumerConfig.configDef().defaultValues().get(name) : given;
        return Duration.ofMillis(Long.parseLong(ms.toString()));
    }
}
