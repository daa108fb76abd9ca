package io.sidetrack.writer;

import io.sidetrack.common.service.StreamsSettings;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.IsolationLevel;
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

    /** Properties that are not the user's to set, with what to do instead. */
    static final Map<String, String> OWNED = Map.of(
            StreamsConfig.APPLICATION_ID_CONFIG,
            "Set WRITER_APPLICATION_ID.",
            StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
            "Remove it: the writer is at least once, and a put or delete may be repeated without harm.",
            StreamsConfig.TASK_TIMEOUT_MS_CONFIG,
            "Remove it: the commit gate needs it without limit, to wait for DynamoDB however long that takes.",
            "isolation.level",
            "Remove it: the router writes in transactions, and what it aborted must not reach the table.");

    private WriterStreamsConfig() {}

    /** @throws io.sidetrack.common.settings.StartupException if one of the user's properties has an invalid value */
    static StreamsConfig of(WriterSettings settings, Map<String, Object> kafka) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        // No task of the writer has two topics to keep in step; Streams would look at each record's queue for it.
        properties.put(StreamsConfig.MAX_TASK_IDLE_MS_CONFIG, StreamsConfig.MAX_TASK_IDLE_MS_DISABLED);
        // What is fetched ahead is memory, and it lives just long enough to be costly to the garbage collector.
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        properties.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_FETCH_BYTES);
        properties.putAll(kafka);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.AT_LEAST_ONCE);
        properties.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, Long.MAX_VALUE);
        properties.put(
                StreamsConfig.consumerPrefix(ConsumerConfig.ISOLATION_LEVEL_CONFIG),
                IsolationLevel.READ_COMMITTED.toString().toLowerCase(Locale.ROOT));
        return StreamsSettings.of(properties);
    }
}
