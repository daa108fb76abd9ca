package io.sidetrack.common.service;

import io.sidetrack.common.settings.StartupException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.config.ConfigException;
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
            return new StreamsConfig(all);
        } catch (ConfigException e) {
            Matcher property = PROPERTY.matcher(e.getMessage());
            String variable = property.find() ? variable(property.group(1)) : "KAFKA_ settings";
            throw new StartupException(variable, e.getMessage(), "Set it to a valid value, or remove it.", e);
        }
    }

    private static String variable(String property) {
        return "KAFKA_" + property.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    /** How long the group waits for a poll of a member ({@code max.poll.interval.ms}). */
    public static Duration maxPollInterval(StreamsConfig config) {
        String name = ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG;
        Object given = config.getMainConsumerConfigs("", "", 0).get(name);
        Object ms = given == null ? ConsumerConfig.configDef().defaultValues().get(name) : given;
        return Duration.ofMillis(Long.parseLong(ms.toString()));
    }
}
