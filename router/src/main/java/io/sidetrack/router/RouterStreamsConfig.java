package io.sidetrack.router;

import io.sidetrack.common.poll.PollLimit;
import io.sidetrack.common.service.OwnedProperties;
import io.sidetrack.common.service.StreamsSettings;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.router.batch.RangedConsumer;
import io.sidetrack.router.batch.SourceRange;
import io.sidetrack.router.placement.ProducerLimits;
import io.sidetrack.router.settings.RouterSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;

/** The Kafka Streams configuration of the router: the user's properties, and those that the router's promises require. */
final class RouterStreamsConfig {
    private static final String PARTITIONING =
            "Remove it: the records of a key must stay in order. To partition records by"
                    + " something other than their key, set " + RouterSettings.PARTITION_BY + ".";

    static final OwnedProperties OWNED = new OwnedProperties(
            Map.of(
                    StreamsConfig.APPLICATION_ID_CONFIG,
                    RouterSettings.APPLICATION_ID,
                    ConsumerConfig.GROUP_ID_CONFIG,
                    RouterSettings.APPLICATION_ID,
                    StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                    RouterSettings.PROCESSING_GUARANTEE,
                    StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG,
                    RouterSettings.DEAD_LETTER_TOPIC),
            Map.of(
                    ProducerConfig.PARTITIONER_CLASS_CONFIG,
                    PARTITIONING,
                    ProducerConfig.PARTITIONER_IGNORE_KEYS_CONFIG,
                    PARTITIONING));

    private RouterStreamsConfig() {}

    /**
     * The configuration without reports of lost records, for validation and tests.
     *
     * @param maxRequestBytes the size of the largest record that the producer must be able to send
     * @throws io.sidetrack.common.settings.StartupException if one of the user's properties is owned or invalid
     */
    static StreamsConfig of(RouterSettings settings, KafkaProperties kafka, int maxRequestBytes) {
        return of(settings, kafka, maxRequestBytes, new SourceRange((topic, partition, from, to) -> {}));
    }

    /** @param range handles a consumer's position that is out of range */
    static StreamsConfig of(RouterSettings settings, KafkaProperties kafka, int maxRequestBytes, SourceRange range) {
        Map<String, Object> defaults = new HashMap<>();
        // The default of Streams, 100 ms, would be most of a live record's latency.
        defaults.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        defaults.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        defaults.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        defaults.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRequestBytes);
        defaults.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) maxRequestBytes);
        if (!"streams".equalsIgnoreCase(String.valueOf(kafka.streams().get(StreamsConfig.GROUP_PROTOCOL_CONFIG)))) {
            // Streams counts all records of a partition from one poll as a single record, so a low limit is enough.
            defaults.put(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 4);
        }
        Map<String, Object> fixed = Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                settings.applicationId(),
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                settings.processingGuarantee(),
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG),
                "read_committed",
                StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG),
                "all",
                StreamsConfig.mainConsumerPrefix(SourceRange.CONFIG),
                range,
                StreamsConfig.mainConsumerPrefix(PollLimit.CONFIG),
                PollLimit.bytes(settings.pollBytes(), StreamsSettings.streamThreads(kafka)),
                // Streams reads this only with group.protocol=streams; otherwise the supplier creates the consumer.
                StreamsConfig.mainConsumerPrefix(StreamsConfig.InternalConfig.INTERNAL_CONSUMER_WRAPPER),
                RangedConsumer.class);
        return StreamsSettings.of(kafka, defaults, fixed, OWNED);
    }

    /** The limits of a producer with this configuration. */
    static ProducerLimits producerLimits(StreamsConfig streams) {
        Map<String, Object> properties = streams.getProducerConfigs("check");
        properties.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        properties.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        ProducerConfig producer = new ProducerConfig(properties);
        return new ProducerLimits(
                (int) Math.min(
                        producer.getInt(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
                        producer.getLong(ProducerConfig.BUFFER_MEMORY_CONFIG)),
                producer.getString(ProducerConfig.COMPRESSION_TYPE_CONFIG));
    }
}
