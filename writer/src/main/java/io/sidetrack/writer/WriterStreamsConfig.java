package io.sidetrack.writer;

import io.sidetrack.common.poll.BoundedStreamsConsumer;
import io.sidetrack.common.poll.PollLimit;
import io.sidetrack.common.service.OwnedProperties;
import io.sidetrack.common.service.StreamsSettings;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.writer.settings.WriterSettings;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The writer's Kafka Streams configuration: the user's properties, and those on which the writer's promises depend. */
final class WriterStreamsConfig {
    /**
     * Each commit waits for the writes in flight, about one round trip to DynamoDB. The interval is also the replay window:
     * after a crash, the records since the last commit are read and written again.
     */
    private static final long COMMIT_INTERVAL_MS = 15_000;

    private static final int FETCH_BYTES = 4 * 1024 * 1024;
    private static final int PARTITION_FETCH_BYTES = 256 * 1024;

    static final OwnedProperties OWNED = new OwnedProperties(
            Map.of(
                    StreamsConfig.APPLICATION_ID_CONFIG,
                    WriterSettings.APPLICATION_ID,
                    ConsumerConfig.GROUP_ID_CONFIG,
                    WriterSettings.APPLICATION_ID,
                    StreamsConfig.ERRORS_DEAD_LETTER_QUEUE_TOPIC_NAME_CONFIG,
                    WriterSettings.DEAD_LETTER_TOPIC),
            Map.of(
                    StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                    "Remove it: the writer works at least once, and repeating a put or delete does no harm.",
                    StreamsConfig.TASK_TIMEOUT_MS_CONFIG,
                    "Remove it: the commit gate needs an unlimited timeout, to wait for DynamoDB however long that takes."));

    private WriterStreamsConfig() {}

    /** @throws io.sidetrack.common.settings.StartupException if one of the user's properties is owned by the writer, or invalid */
    static StreamsConfig of(WriterSettings settings, KafkaProperties kafka) {
        Map<String, Object> defaults = new HashMap<>();
        defaults.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        // A task has only one topic, so there is nothing to synchronize, and checking for it costs time for each
        // record.
        defaults.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        // Records fetched ahead live just long enough to be expensive for the garbage collector.
        defaults.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        defaults.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES);
        Map<String, Object> fixed = Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                settings.applicationId(),
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.AT_LEAST_ONCE,
                StreamsConfig.TASK_TIMEOUT_MS_CONFIG,
                Long.MAX_VALUE,
                StreamsConfig.mainConsumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG),
                "read_committed",
                StreamsConfig.mainConsumerPrefix(PollLimit.CONFIG),
                PollLimit.bytes(settings.pollBytes(), StreamsSettings.streamThreads(kafka)),
                // Has an effect only with group.protocol=streams; otherwise, the client supplier makes the consumer.
                StreamsConfig.mainConsumerPrefix(StreamsConfig.InternalConfig.INTERNAL_CONSUMER_WRAPPER),
                BoundedStreamsConsumer.class,
                StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG),
                "all");
        return StreamsSettings.of(kafka, defaults, fixed, OWNED);
    }
}
