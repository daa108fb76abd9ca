package io.sidetrack.common.service;

import io.sidetrack.common.settings.StartupException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/** Kafka Streams configurations, with problems told as the operator would see them: by environment variable. */
public final class StreamsSettings {
    private static final Pattern PROPERTY = Pattern.compile("configuration \"?([a-z0-9.]+)");

    private StreamsSettings() {}

    /**
     * Validates properties.
     *
     * @throws StartupException naming the variable of the first property with an invalid value
     */
    public static StreamsConfig of(Map<String, Object> properties) {
        Map<String, Object> all = new HashMap<>(properties);
        // Streams warns of its default at every start, and once more in the assignor, which sees the consumer's
        // properties only. There is no global thread here.
        String handler = "processing.exception.handler.global.enabled";
        all.putIfAbsent(handler, true);
        all.putIfAbsent(StreamsConfig.consumerPrefix(handler), true);
        try {
            StreamsConfig config = new StreamsConfig(all);
            requireValidClients(config);
            return config;
        } catch (ConfigException e) {
            Matcher property = PROPERTY.matcher(e.getMessage());
            String variable = property.find() ? variable(property.group(1)) : "KAFKA_ settings";
            throw new StartupException(variable, e.getMessage(), "Set it to a valid value, or remove it.", e);
        }
    }

    /** Streams looks at the properties of its clients only when it makes them. */
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

    private static String variable(String property) {
        return "KAFKA_" + property.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** How long the group waits for a poll of a member ({@code max.poll.interval.ms}). */
    public static Duration maxPollInterval(StreamsConfig config) {
        return consumerDuration(config, ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG);
    }

    /**
     * How long the group waits for a heartbeat of a member ({@code session.timeout.ms}). With the group protocols in which
     * the broker decides, this is its default.
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
