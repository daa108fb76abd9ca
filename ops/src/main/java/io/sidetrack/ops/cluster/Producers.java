package io.sidetrack.ops.cluster;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Opens producers. */
public final class Producers {
    private Producers() {}

    /**
     * Opens a producer.
     *
     * @param client the user's properties, for messages
     * @param properties the properties of the producer: the user's and those of the command
     * @throws StartupException if they are not valid; the message names the setting
     */
    public static Producer<byte[], byte[]> open(KafkaProperties client, Map<String, Object> properties) {
        checkTimeouts(client, properties);
        try {
            return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartupException(
                    client.variable("bootstrap.servers") + "=" + properties.get("bootstrap.servers"),
                    "no producer can be created with the KAFKA_ settings (" + cause.getMessage() + ")",
                    "Correct the setting that the message names.",
                    e);
        }
    }

    private static void checkTimeouts(KafkaProperties client, Map<String, Object> properties) {
        String delivery = ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG;
        if (!properties.containsKey(delivery)) {
            return;
        }
        try {
            long least = number(properties, ProducerConfig.LINGER_MS_CONFIG)
                    + number(properties, ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG);
            if (number(properties, delivery) < Math.min(Integer.MAX_VALUE, least)) {
                throw new StartupException(
                        client.variable(delivery) + "=" + properties.get(delivery),
                        "less than linger.ms + request.timeout.ms, which add up to %d ms".formatted(least),
                        "Raise it to that or more, or lower %s."
                                .formatted(client.variable(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG)));
            }
        } catch (ConfigException e) {
            // The producer names the setting that is not a number.
        }
    }

    private static long number(Map<String, Object> properties, String name) {
        ConfigDef.ConfigKey key = ProducerConfig.configDef().configKeys().get(name);
        Object value = properties.getOrDefault(name, key.defaultValue);
        return ((Number) ConfigDef.parseType(name, value, key.type)).longValue();
    }
}
