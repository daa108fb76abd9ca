package io.sidetrack.writer;

import io.sidetrack.common.poll.BoundedStreamsConsumer;
import io.sidetrack.common.poll.PollLimit;
import io.sidetrack.common.service.OwnedProperties;
import io.sidetrack.common.service.StreamsSettings;
import io.sidetrack.common.settings.KafkaProperties;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The Kafka Streams configuration of the writer: the user's properties, and those that its promises rest on. */
final class WriterStreamsConfig {
    /**
     * A commit waits for what is in flight, about one round trip to DynamoDB; this is how often. It is also the replay
     * window: after a crash, what was read since the last commit is read and written again.
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
                    "Remove it: the writer is at least once, and a put or delete may be repeated without harm.",
                    StreamsConfig.TASK_TIMEOUT_MS_CONFIG,
                    "Remove it: the commit gate needs it without limit, to wait for DynamoDB however long that takes."));

    private WriterStreamsConfig() {}

    /** @throws io.sidetrack.common.settings.StartupException if one of the user's properties is owned, or not valid */
    static StreamsConfig of(WriterSettings settings, KafkaProperties kafka) {
        Map<String, Object> defaults = new HashMap<>();
        defaults.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        // No task of the writer has two topics to keep in step; Streams would look at each record's queue for it.
        defaults.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        // What is fetched ahead is memory, and it lives just long enough to be costly to the garbage collector.
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
                // Only read with group.protocol=streams; else the supplier makes the consumer.
                StreamsConfig.mainConsumerPrefix(StreamsConfig.InternalConfig.INTERNAL_CONSUMER_WRAPPER),
                BoundedStreamsConsumer.class,
                StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG),
                "all");
        return StreamsSettings.of(kafka, defaults, fixed, OWNED);
    }
}
