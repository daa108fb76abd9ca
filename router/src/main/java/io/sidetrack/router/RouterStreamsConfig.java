package io.sidetrack.router;

import io.sidetrack.common.service.StreamsSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The Kafka Streams configuration of the router: the user's properties, and those that its promises rest on. */
final class RouterStreamsConfig {
    /** Properties that are not the user's to set, with what to do instead. */
    static final Map<String, String> OWNED = Map.of(
            StreamsConfig.APPLICATION_ID_CONFIG,
            "Set ROUTER_APPLICATION_ID.",
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            "Set ROUTER_PROCESSING_GUARANTEE.",
            "isolation.level",
            "Remove it: what a producer has aborted must not reach a lane.");

    private RouterStreamsConfig() {}

    /**
     * @param maxRequestBytes what the producer must be able to send
     * @throws io.sidetrack.common.settings.StartupException if one of the user's properties has an invalid value
     */
    static StreamsConfig of(RouterSettings settings, Map<String, Object> kafka, int maxRequestBytes) {
        Map<String, Object> properties = new HashMap<>();
        // The default of Streams' producer, 100 ms, would be most of a live record's way through the router.
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        properties.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        properties.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRequestBytes);
        properties.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) maxRequestBytes);
        if (!"streams".equalsIgnoreCase(String.valueOf(kafka.get(StreamsConfig.GROUP_PROTOCOL_CONFIG)))) {
            // A record of Streams is a poll's records of a partition: more than a few would be many.
            properties.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 4);
        }
        properties.putAll(kafka);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, settings.processingGuarantee());
        properties.put(StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG), "read_committed");
        properties.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
        return StreamsSettings.of(properties);
    }
}
