package io.sidetrack.writer;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.SteeringFeed;
import io.sidetrack.common.http.HttpEndpoints;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.service.ServiceLaunch;
import io.sidetrack.common.service.ServiceMetrics;
import io.sidetrack.common.service.StreamsHealth;
import io.sidetrack.common.service.StreamsProcess;
import io.sidetrack.common.service.StreamsSettings;
import io.sidetrack.common.service.ThreadReplacement;
import io.sidetrack.common.settings.KafkaClientSettings;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.writer.buffer.BufferLimits;
import io.sidetrack.writer.buffer.WriteBudget;
import io.sidetrack.writer.buffer.WriteBuffer;
import io.sidetrack.writer.commit.CommitGate;
import io.sidetrack.writer.commit.FreezeWatch;
import io.sidetrack.writer.commit.GateLimits;
import io.sidetrack.writer.commit.PauseSwitch;
import io.sidetrack.writer.commit.ThreadWriter;
import io.sidetrack.writer.commit.ThreadWriters;
import io.sidetrack.writer.deadletter.DeadLetterTopic;
import io.sidetrack.writer.item.ItemMapper;
import io.sidetrack.writer.item.Lane;
import io.sidetrack.writer.item.Stamp;
import io.sidetrack.writer.item.TableSchema;
import io.sidetrack.writer.table.Table;
import io.sidetrack.writer.table.TableConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The writer: wires its parts and runs until it is stopped. */
public final class WriterMain {
    private static final Logger log = LoggerFactory.getLogger(WriterMain.class);

    private static final Duration CLUSTER_PATIENCE = Duration.ofSeconds(30);
    private static final Duration ROOM_PATIENCE = Duration.ofMillis(500);
    private static final Duration PROBLEM_REMINDER = Duration.ofMinutes(1);
    private static final Duration LEAST_QUARANTINE = Duration.ofSeconds(3);
    private static final Duration TIME_TO_LEAVE = Duration.ofSeconds(5);

    private WriterMain() {}

    /** Exit codes: 0 after a clean stop, 1 after a failure, 2 if it could not start. */
    public static void main(String[] args) {
        System.exit(ServiceLaunch.run("sidetrack-writer", () -> run(System.getenv())));
    }

    private static int run(Map<String, String> environment) {
        WriterSettings settings = WriterSettings.read(environment);
        Map<String, Object> kafka = KafkaClientSettings.read(environment, WriterStreamsConfig.OWNED);
        StreamsConfig config = WriterStreamsConfig.of(settings, kafka);
        BufferLimits limits = settings.bufferLimits(config.getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG));
        TopicFacts deadLetterFacts = checkTopics(settings, kafka);
        try (TableConnection connection =
                TableConnection.open(settings.guard().callLimits(settings.requestTimeout(), settings.maxInFlight()))) {
            TableSchema schema = connection.describe(settings.table());
            settings.guard().checkTimeToLive(connection, schema);
            Optional<Stamp> stamp = settings.guard().stamp(schema, Clock.systemUTC());
            settings.unknown().forEach(name -> log.warn("{} is not a setting of the writer; it is ignored", name));

            PrometheusMeterRegistry registry = ServiceMetrics.registry();
            WriteBudget budget = settings.writeBudget(System.nanoTime());
            WriterMetrics metrics = new WriterMetrics(registry, budget);
            ProblemLog problems = new ProblemLog(log, System::nanoTime, PROBLEM_REMINDER);
            Table table = settings.guard().table(connection.calls(schema, metrics, problems, System::nanoTime));
            Executor deadLetterThread = Executors.newSingleThreadExecutor(daemon("dead-letters"));
            DeadLetterTopic deadLetters = new DeadLetterTopic(
                    deadLetterProducer(kafka, settings, deadLetterFacts),
                    settings.deadLetterTopic(),
                    settings.table(),
                    deadLetterThread,
                    problems);
            ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(daemon("retry-timer"));
            Duration session = StreamsSettings.sessionTimeout(config);
            FreezeWatch freezes = new FreezeWatch(session.dividedBy(2), longer(session.dividedBy(4), LEAST_QUARANTINE));
            var unused = timer.scheduleAtFixedRate(
                    () -> freezes.pulse(System.nanoTime()), 0, session.toMillis() / 20, TimeUnit.MILLISECONDS);
            PauseSwitch pause = new PauseSwitch();
            AtomicReference<StreamsProcess> process = new AtomicReference<>();
            Runnable alarm = () -> process.get()
                    .giveUp(
                            "more than %d %% of the last records cannot be written, so the topic, the table or the settings"
                                            .formatted(settings.maxRejectedPercent())
                                    + " are not what they should be; see the last dead letters, or raise "
                                    + WriterSettings.MAX_REJECTED_PERCENT);
            ThreadWriters writers = new ThreadWriters(() -> new ThreadWriter(
                    new WriteBuffer(limits, settings.backoffs(new SplittableRandom()), budget, metrics),
                    table,
                    deadLetters,
                    timer,
                    pause,
                    ROOM_PATIENCE,
                    freezes,
                    alarm,
                    System::nanoTime));
            metrics.watch(writers, pause);
            if (settings.guard().lane() == Lane.BACKFILL) {
                steer(settings, kafka, new Steered(budget, settings.mostWriteUnits(), pause, problems));
            }
            return stream(settings, config, schema, stamp, writers, pause, registry, metrics, process);
        }
    }

    /** What an operator has said before counts from the first record on. */
    private static void steer(WriterSettings settings, Map<String, Object> kafka, Steered steered) {
        ControlTopic control = new ControlTopic(settings.controlTopic(), kafka, CLUSTER_PATIENCE);
        steered.apply(control.steering(settings.applicationId()));
        SteeringFeed feed = control.follow(settings.applicationId());
        var unused = Executors.newSingleThreadScheduledExecutor(daemon("steering"))
                .scheduleWithFixedDelay(() -> steered.look(feed), 1, 1, TimeUnit.SECONDS);
    }

    private static int stream(
            WriterSettings settings,
            StreamsConfig config,
            TableSchema schema,
            Optional<Stamp> stamp,
            ThreadWriters writers,
            PauseSwitch pause,
            PrometheusMeterRegistry registry,
            WriterMetrics metrics,
            AtomicReference<StreamsProcess> process) {
        Duration maxPoll = StreamsSettings.maxPollInterval(config);
        GateLimits gateLimits = new GateLimits(
                WriterSettings.shorter(settings.drainTimeout(), maxPoll.dividedBy(4)),
                maxPoll.multipliedBy(8).dividedBy(10),
                settings.shutdownTimeout(),
                settings.requestTimeout());
        AtomicReference<KafkaStreams> started = new AtomicReference<>();
        ItemMapper mapper = new ItemMapper(schema, settings.keySource(), settings.kafkaKeyFormat(), stamp);
        KafkaStreams streams = new KafkaStreams(
                WriterTopology.of(settings.topic(), mapper, writers, settings.flushInterval()),
                config,
                new CommitGate(writers, gateLimits, () -> isStopping(started.get()), metrics));
        started.set(streams);
        pause.attach(streams::pause, streams::resume);
        try (HttpEndpoints http = HttpEndpoints.listen(
                        WriterSettings.HTTP_PORT, settings.httpPort(), new StreamsHealth(streams, maxPoll), registry);
                ServiceMetrics.Binding bound = ServiceMetrics.bind(streams, registry)) {
            log.info(
                    "writing {} to table {} (key {}, {}), dead letters to {}, up to {} batches of {} in flight, HTTP on {}",
                    settings.topic(),
                    settings.table(),
                    schema.keyAttributes(),
                    settings.guard().mode().code(),
                    settings.deadLetterTopic(),
                    settings.maxInFlight(),
                    settings.batchSize(),
                    http.port());
            process.set(new StreamsProcess(
                    streams,
                    ThreadReplacement.standard(),
                    settings.shutdownTimeout().plus(settings.requestTimeout()).plus(TIME_TO_LEAVE),
                    writers::allDone));
            return process.get().run();
        }
    }

    private static boolean isStopping(KafkaStreams streams) {
        return streams != null && streams.state().isShuttingDown();
    }

    private static TopicFacts checkTopics(WriterSettings settings, Map<String, Object> kafka) {
        try (Admin admin = TopicDirectory.open(kafka, CLUSTER_PATIENCE)) {
            TopicDirectory topics = new TopicDirectory(admin, CLUSTER_PATIENCE);
            topics.require(WriterSettings.TOPIC, settings.topic());
            return topics.require(WriterSettings.DEAD_LETTER_TOPIC, settings.deadLetterTopic());
        }
    }

    private static Producer<byte[], byte[]> deadLetterProducer(
            Map<String, Object> kafka, WriterSettings settings, TopicFacts topic) {
        Map<String, Object> config = new HashMap<>(kafka);
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

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
