package io.sidetrack.writer;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.build.BuildInfo;
import io.sidetrack.common.group.GroupOffsets;
import io.sidetrack.common.http.HttpEndpoints;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.service.ServiceMetrics;
import io.sidetrack.common.service.StreamsHealth;
import io.sidetrack.common.service.StreamsProcess;
import io.sidetrack.common.service.StreamsSettings;
import io.sidetrack.common.service.ThreadReplacement;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.thread.Daemons;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.writer.buffer.WriteBudget;
import io.sidetrack.writer.buffer.WriteBuffer;
import io.sidetrack.writer.commit.WriterClients;
import io.sidetrack.writer.deadletter.DeadLetterTopic;
import io.sidetrack.writer.hold.Holds;
import io.sidetrack.writer.item.ItemMapper;
import io.sidetrack.writer.item.VersionStamp;
import io.sidetrack.writer.model.TableSchema;
import io.sidetrack.writer.table.Table;
import io.sidetrack.writer.table.TableConnection;
import io.sidetrack.writer.thread.FreezeWatch;
import io.sidetrack.writer.thread.ThreadWriters;
import io.sidetrack.writer.thread.WaitLimits;
import io.sidetrack.writer.thread.WriterDependencies;
import io.sidetrack.writer.watch.LaneLag;
import io.sidetrack.writer.watch.LastCommit;
import io.sidetrack.writer.watch.PolledOffsets;
import io.sidetrack.writer.watch.StallMonitor;
import io.sidetrack.writer.watch.Watchdog;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a running writer, put together. Closes whatever it has opened, once, in reverse order; a shutdown closes it
 * from its own thread.
 */
final class WriterService implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WriterService.class);

    private static final Duration ROOM_PATIENCE = Duration.ofMillis(500);
    private static final Duration PROBLEM_REMINDER = Duration.ofMinutes(1);
    private static final Duration LEAST_QUARANTINE = Duration.ofSeconds(3);
    /** A shutdown must end within its limit even if the brokers do not answer. */
    private static final Duration LAST_COMMIT_PATIENCE = Duration.ofSeconds(2);

    private static final int PULSES_PER_SESSION = 20;

    private final WriterSettings settings;
    private final StreamsConfig config;
    private final KafkaProperties kafka;
    private final TableSchema schema;

    private final Deque<Runnable> closers = new ArrayDeque<>();
    private final PrometheusMeterRegistry registry = ServiceMetrics.registry();
    private final ProblemLog problems = new ProblemLog(log, System::nanoTime, PROBLEM_REMINDER);
    private final Holds holds = new Holds();
    private final WriteBudget budget;
    private final WriterMetrics metrics;
    private final ThreadWriters writers;
    private final Table table;
    /** Set before anything runs that could need it. */
    private StreamsProcess process;

    /** @param deadLetterProducer is closed with this */
    WriterService(
            WriterSettings settings,
            StreamsConfig config,
            KafkaProperties kafka,
            TableConnection connection,
            TableSchema schema,
            Producer<byte[], byte[]> deadLetterProducer) {
        this.settings = settings;
        this.config = config;
        this.kafka = kafka;
        this.schema = schema;
        this.budget = settings.writeBudget(System.nanoTime());
        this.metrics = new WriterMetrics(registry, budget);
        this.table = settings.guard().table(connection.calls(schema, metrics, problems, System::nanoTime));
        this.writers = new ThreadWriters(
                () -> new WriteBuffer(
                        settings.bufferLimits(config.getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG)),
                        settings.backoffs(new SplittableRandom()),
                        budget,
                        metrics),
                outlets(deadLetters(deadLetterProducer)),
                patience(),
                settings.shutdownTimeout());
    }

    private DeadLetterTopic deadLetters(Producer<byte[], byte[]> producer) {
        ExecutorService thread = Executors.newSingleThreadExecutor(Daemons.named("dead-letters"));
        closers.push(thread::shutdownNow);
        DeadLetterTopic topic =
                new DeadLetterTopic(producer, settings.deadLetterTopic(), settings.table(), thread, problems);
        closers.push(topic::close);
        return topic;
    }

    private WriterDependencies outlets(DeadLetterTopic deadLetters) {
        ExecutorTimer timer = new ExecutorTimer();
        closers.push(timer::close);
        Duration session = StreamsSettings.sessionTimeout(config);
        FreezeWatch freezes =
                new FreezeWatch(session.dividedBy(2), quarantine(session), holds, Clock.systemUTC()::millis);
        timer.every(session.dividedBy(PULSES_PER_SESSION).toNanos(), () -> freezes.pulse(System.nanoTime()));
        return new WriterDependencies(table, deadLetters, timer, holds, freezes, new GiveUp(), System::nanoTime);
    }

    /** Long enough for every thread to poll: one that closes tasks waits for answers before it does. */
    private Duration quarantine(Duration session) {
        return longer(
                longer(session.dividedBy(4), LEAST_QUARANTINE), WriterSettings.shorter(table.longestAnswer(), session));
    }

    private WaitLimits patience() {
        Duration maxPoll = StreamsSettings.maxPollInterval(config);
        return new WaitLimits(
                ROOM_PATIENCE,
                WriterSettings.shorter(settings.drainTimeout(), maxPoll.dividedBy(4)),
                maxPoll.multipliedBy(8).dividedBy(10),
                table.longestAnswer());
    }

    /** Ends the process with exit code 1. */
    private final class GiveUp implements WriterDependencies.Emergency {
        @Override
        public void mostlyRejected() {
            process.giveUp(
                    ("more than %d %% of the last records cannot be written, so the topic, the table or the settings"
                                    + " are not what they should be; see the last dead letters, or raise %s")
                            .formatted(settings.maxRejectedPercent(), WriterSettings.MAX_REJECTED_PERCENT));
        }

        @Override
        public void failed(Throwable cause) {
            log.error("a step of the writer failed unexpectedly", cause);
            process.giveUp("a step of the writer failed unexpectedly; nothing is lost, what was not committed is read"
                    + " again after a restart");
        }
    }

    /**
     * Runs until the writer is stopped or fails.
     *
     * @param stamp what to add to items
     * @param trustsHeaders whether the lane's records have Sidetrack's own headers
     * @return the exit code
     */
    int run(Optional<VersionStamp> stamp, boolean trustsHeaders) {
        if (settings.guard().lane() == Lane.BACKFILL) {
            ControlTopicFollower control = ControlTopicFollower.follow(
                    settings,
                    kafka,
                    new OperatorControl(budget, settings.mostWriteUnits(), holds, problems, System::nanoTime),
                    metrics::steeringRejected);
            closers.push(control::close);
        }
        ItemMapper mapper = new ItemMapper(schema, settings.keySource(), settings.kafkaKeyFormat(), stamp);
        KafkaStreams streams = new KafkaStreams(
                WriterTopology.of(settings.topic(), mapper, writers, settings.flushInterval(), trustsHeaders),
                config,
                new WriterClients(writers, metrics));
        holds.attach(streams::pause, streams::resume);
        process = new StreamsProcess(
                streams,
                ThreadReplacement.standard(),
                settings.shutdownTimeout(),
                new StreamsProcess.Hooks(writers::stop, this::allDone, this::close));
        HttpEndpoints http = HttpEndpoints.listen(settings.http(), monitor(streams), registry);
        closers.push(http::close);
        closers.push(ServiceMetrics.bind(streams, registry)::close);
        log.info(
                "writing {} to table {} (key {}, {}), dead letters to {}, up to {} batches of {} in flight, HTTP on {},"
                        + " version {}",
                settings.topic(),
                settings.table(),
                schema.keyAttributes(),
                settings.guard().mode().code(),
                settings.deadLetterTopic(),
                settings.maxInFlight(),
                settings.batchSize(),
                http.ports(),
                BuildInfo.current());
        return process.run();
    }

    private boolean allDone() {
        return writers.allDone() && new LastCommit(settings.topic(), this::committed).covers(writers.lastAccepted());
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() {
        Admin admin = TopicDirectory.open(kafka, LAST_COMMIT_PATIENCE);
        try {
            return new GroupOffsets(admin, LAST_COMMIT_PATIENCE).committed(settings.applicationId(), settings.topic());
        } finally {
            admin.close(Duration.ZERO);
        }
    }

    private Monitoring monitor(KafkaStreams streams) {
        Admin admin = TopicDirectory.open(kafka, WriterMain.CLUSTER_PATIENCE);
        closers.push(() -> admin.close(Duration.ZERO));
        LaneLag lag = new LaneLag(
                admin,
                settings.topic(),
                settings.applicationId(),
                writers,
                WriterMain.CLUSTER_PATIENCE,
                problems,
                System::nanoTime);
        StallMonitor stall = new StallMonitor(
                new Watchdog(settings.stallAlarm(), table.longestAnswer()),
                writers,
                holds,
                new PolledOffsets(streams),
                System::nanoTime);
        metrics.watch(writers, holds);
        metrics.watch(lag, stall);
        Monitoring monitoring = Monitoring.start(
                new StreamsHealth(streams, StreamsSettings.maxPollInterval(config)),
                stall,
                writers::sweep,
                lag,
                problems);
        closers.push(monitoring::close);
        return monitoring;
    }

    private static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) > 0 ? one : other;
    }

    @Override
    public synchronized void close() {
        while (!closers.isEmpty()) {
            try {
                closers.pop().run();
            } catch (RuntimeException e) {
                log.warn("a part of the writer could not be closed; the other parts are closed", e);
            }
        }
    }
}
