package io.sidetrack.writer;

import io.sidetrack.common.service.ServiceLaunch;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.writer.item.Stamp;
import io.sidetrack.writer.item.TableSchema;
import io.sidetrack.writer.table.TableConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The writer: wires its parts and runs until it is stopped. */
public final class WriterMain {
    private static final Logger log = LoggerFactory.getLogger(WriterMain.class);

    static final Duration CLUSTER_PATIENCE = Duration.ofSeconds(30);

    private WriterMain() {}

    /** Exit codes: 0 after a clean stop, 1 after a failure, 2 if it could not start. */
    public static void main(String[] args) {
        System.exit(ServiceLaunch.run("sidetrack-writer", () -> run(System.getenv())));
    }

    private static int run(Map<String, String> environment) {
        WriterSettings settings = WriterSettings.read(environment);
        KafkaProperties kafka = KafkaProperties.read(environment);
        StreamsConfig config = WriterStreamsConfig.of(settings, kafka);
        // Refuses contradictory settings before anything is opened.
        settings.bufferLimits(config.getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG));
        TopicFacts deadLetterFacts = checkTopics(settings, kafka);
        try (TableConnection connection =
                TableConnection.open(settings.requestTimeout(), settings.guard().connections(settings.maxInFlight()))) {
            TableSchema schema = connection.describe(settings.table());
            Optional<Stamp> stamp = settings.guard().stamp(schema, Clock.systemUTC());
            settings.unknown().forEach(name -> log.warn("{} is not a setting of the writer; it is ignored", name));
            try (WriterService service = new WriterService(
                    settings,
                    config,
                    kafka,
                    connection,
                    schema,
                    deadLetterProducer(kafka, settings, deadLetterFacts))) {
                return service.run(stamp);
            }
        }
    }

    private static TopicFacts checkTopics(WriterSettings settings, KafkaProperties kafka) {
        try (Admin admin = TopicDirectory.open(kafka, CLUSTER_PATIENCE)) {
            TopicDirectory topics = new TopicDirectory(admin, CLUSTER_PATIENCE);
            topics.require(WriterSettings.TOPIC, settings.topic());
            return topics.require(WriterSettings.DEAD_LETTER_TOPIC, settings.deadLetterTopic());
        }
    }

    private static Producer<byte[], byte[]> deadLetterProducer(
            KafkaProperties kafka, WriterSettings settings, TopicFacts topic) {
        Map<String, Object> config = kafka.producer();
        config.put(ProducerConfig.CLIENT_ID_CONFIG, settings.applicationId() + "-dead-letters");
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // A record that came through the lane must fit, with its headers, as far as the topic lets it.
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, topic.maxMessageBytes());
        try {
            return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException e) {
            throw new StartupException(
                    "KAFKA_BOOTSTRAP_SERVERS",
                    "no producer could be made of the KAFKA_ settings (" + e.getMessage() + ")",
                    "Correct the setting that the message names.",
                    e);
        }
    }
}
