package io.sidetrack.writer.parked;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.writer.deadletter.DeadLetterProducer;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Opens the producer of parked records: that of dead letters, with larger batches, because a whole backfill may be parked; with one
 * request in flight, so that no batch arrives before an older one; and with short time limits. A partition can move to another
 * instance once its records in flight have an outcome, and the producer must not send them later than that.
 */
public final class ParkedProducer {
    static final int BATCH_BYTES = 128 * 1024;
    private static final int REQUEST_TIMEOUT_MS = 5000;
    private static final int DELIVERY_TIMEOUT_MS = 10_000;
    /** How long a send may wait for the topic's metadata, or for memory. */
    private static final int MAX_BLOCK_MS = 5000;

    private static final Duration MARGIN = Duration.ofSeconds(1);

    /** The longest time until a record that was passed to the producer has an outcome. */
    public static final Duration MAX_SEND_TIME =
            Duration.ofMillis(MAX_BLOCK_MS + DELIVERY_TIMEOUT_MS).plus(MARGIN);

    private ParkedProducer() {}

    /**
     * Opens the producer.
     *
     * @param kafka the user's Kafka properties
     * @throws org.apache.kafka.common.KafkaException if the properties are not valid for a producer
     */
    public static Producer<byte[], byte[]> open(KafkaProperties kafka, String clientId, TopicFacts lane) {
        return new KafkaProducer<>(config(kafka, clientId, lane), new ByteArraySerializer(), new ByteArraySerializer());
    }

    static Map<String, Object> config(KafkaProperties kafka, String clientId, TopicFacts lane) {
        Map<String, Object> config = DeadLetterProducer.config(kafka, clientId, lane, lane);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MS);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MS);
        return config;
    }
}
