package io.sidetrack.writer;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.writer.buffer.BufferLimits;
import io.sidetrack.writer.settings.WriterSettings;
import java.util.Map;
import org.apache.kafka.streams.StreamsConfig;

/**
 * Everything that the environment configures, validated without opening a connection.
 *
 * @param settings the writer's own settings
 * @param kafka the properties of the Kafka clients
 * @param streams the configuration of Kafka Streams
 * @param bufferLimits the limits of each stream thread's buffer
 */
record WriterConfig(WriterSettings settings, KafkaProperties kafka, StreamsConfig streams, BufferLimits bufferLimits) {
    /** @throws io.sidetrack.common.settings.StartupException naming what is missing, invalid or contradictory */
    static WriterConfig read(Map<String, String> environment) {
        WriterSettings settings = WriterSettings.read(environment);
        KafkaProperties kafka = KafkaProperties.read(environment);
        StreamsConfig streams = WriterStreamsConfig.of(settings, kafka);
        int threads = streams.getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG);
        return new WriterConfig(settings, kafka, streams, BufferFactory.limits(settings, threads));
    }
}
