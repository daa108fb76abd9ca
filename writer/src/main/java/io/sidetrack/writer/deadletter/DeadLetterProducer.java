package io.sidetrack.writer.deadletter;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Opens the producer of dead letters with the user's Kafka properties, except those that could reject a dead letter. */
public final class DeadLetterProducer {
    /**
     * A record can be many times larger than the compressed batch that contained it. The producer checks a record's size
     * before compression, while a topic's {@code max.message.bytes} limits the batch after compression.
     */
    static final int MIN_REQUEST_BYTES = 32 * 1024 * 1024;

    private static final int HEADROOM = 64 * 1024;
    private static final int LINGER_MS = 5;

    private DeadLetterProducer() {}

    /**
     * Opens the producer.
     *
     * @param kafka the user's Kafka properties
     * @throws StartupException if the properties are not valid for a producer
     */
    public static Producer<byte[], byte[]> open(
            KafkaProperties kafka, String clientId, TopicFacts lane, TopicFacts deadLetters) {
        try {
            return new KafkaProducer<>(
                    config(kafka, clientId, lane, deadLetters), new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw new StartupException(
                    "KAFKA_BOOTSTRAP_SERVERS",
                    "no producer can be created from the KAFKA_ settings (" + e.getMessage() + ")",
                    "Correct the setting that the message names.",
                    e);
        }
    }

    /**
     * The producer's configuration.
     *
     * @param target the topic to send to
     */
    public static Map<String, Object> config(
            KafkaProperties kafka, String clientId, TopicFacts lane, TopicFacts target) {
        Map<String, Object> config = kafka.producer();
        config.put(ProducerConfig.CLIENT_ID_CONFIG, clientId);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // A commit waits for these records, so a longer linger would delay it.
        config.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        config.putIfAbsent(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        long requestBytes = Math.max(
                minRequestBytes(lane, target),
                number(config, ProducerConfig.MAX_REQUEST_SIZE_CONFIG, ConfigDef.Type.INT));
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, (int) requestBytes);
        // The producer rejects a record larger than this memory, even if max.request.size allows it.
        config.put(
                ProducerConfig.BUFFER_MEMORY_CONFIG,
                Math.max(requestBytes, number(config, ProducerConfig.BUFFER_MEMORY_CONFIG, ConfigDef.Type.LONG)));
        return config;
    }

    private static long minRequestBytes(TopicFacts lane, TopicFacts target) {
        long batch = (long) Math.max(lane.maxMessageBytes(), target.maxMessageBytes()) + HEADROOM;
        return Math.min(Integer.MAX_VALUE, Math.max(MIN_REQUEST_BYTES, batch));
    }

    /** @return 0 if the user has not set it */
    private static long number(Map<String, Object> config, String name, ConfigDef.Type type) {
        Object value = config.get(name);
        return value == null ? 0 : ((Number) ConfigDef.parseType(name, value, type)).longValue();
    }
}
