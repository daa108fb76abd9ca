package io.sidetrack.writer;

import io.sidetrack.common.group.GroupOffsets;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.log.Secrets;
import io.sidetrack.common.service.ServiceLaunch;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.writer.deadletter.DeadLetterProducer;
import io.sidetrack.writer.item.VersionStamp;
import io.sidetrack.writer.model.TableSchema;
import io.sidetrack.writer.table.TableConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
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
        System.exit(ServiceLaunch.run("sidetrack-writer", args, () -> run(System.getenv())));
    }

    private static int run(Map<String, String> environment) {
        Secrets.remember(environment);
        WriterSettings settings = WriterSettings.read(environment);
        KafkaProperties kafka = KafkaProperties.read(environment);
        StreamsConfig config = WriterStreamsConfig.of(settings, kafka);
        // Refuses contradictory settings before anything is opened.
        settings.bufferLimits(config.getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG));
        WriterChecks.Topics topics = check(settings, kafka);
        try (TableConnection connection =
                TableConnection.open(settings.guard().callLimits(settings.requestTimeout(), settings.maxInFlight()))) {
            TableSchema schema = connection.describe(settings.table());
            settings.guard().checkTimeToLive(connection, schema);
            Optional<VersionStamp> stamp = settings.guard().stamp(schema, Clock.systemUTC());
            settings.guard().risk().ifPresent(log::info);
            settings.unknown().forEach(name -> log.warn("{} is not a setting of the writer; it is ignored", name));
            try (WriterService service = new WriterService(
                    settings,
                    config,
                    kafka,
                    connection,
                    schema,
                    DeadLetterProducer.open(
                            kafka,
                            DefaultNames.deadLetterTopic(settings.applicationId()),
                            topics.lane(),
                            topics.deadLetters()))) {
                return service.run(stamp, settings.trustsHeaders(topics.lane()));
            }
        }
    }

    private static WriterChecks.Topics check(WriterSettings settings, KafkaProperties kafka) {
        try (Admin admin = TopicDirectory.open(kafka, CLUSTER_PATIENCE)) {
            return WriterChecks.run(
                    settings, new TopicDirectory(admin, CLUSTER_PATIENCE), new GroupOffsets(admin, CLUSTER_PATIENCE));
        }
    }
}
