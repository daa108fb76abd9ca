package io.sidetrack.writer;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.build.BuildInfo;
import io.sidetrack.common.control.ControlFollower;
import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.NamedBackfills;
import io.sidetrack.common.control.RecentSettings;
import io.sidetrack.common.http.HttpEndpoints;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.service.ClientDefects;
import io.sidetrack.common.service.Closer;
import io.sidetrack.common.service.ServiceMetrics;
import io.sidetrack.common.service.StreamsHealth;
import io.sidetrack.common.service.StreamsProcess;
import io.sidetrack.common.service.StreamsSettings;
import io.sidetrack.common.service.ThreadReplacement;
import io.sidetrack.common.status.BackfillTally;
import io.sidetrack.common.status.StatusKey;
import io.sidetrack.common.status.StatusPublisher;
import io.sidetrack.common.thread.Daemons;
import io.sidetrack.common.topic.IdentityWatch;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.mapping.item.ItemMapper;
import io.sidetrack.mapping.model.SecondaryIndex;
import io.sidetrack.writer.buffer.ThrottledIndexes;
import io.sidetrack.writer.commit.WriterClients;
import io.sidetrack.writer.deadletter.DeadLetterProducer;
import io.sidetrack.writer.deadletter.DeadLetterTopic;
import io.sidetrack.writer.hold.Holds;
import io.sidetrack.writer.parked.ParkedProducer;
import io.sidetrack.writer.parked.ParkedReader;
import io.sidetrack.writer.parked.ParkedTopic;
import io.sidetrack.writer.parked.ParkedTopicFit;
import io.sidetrack.writer.settings.WriterSettings;
import io.sidetrack.writer.share.LaneShare;
import io.sidetrack.writer.table.Table;
import io.sidetrack.writer.thread.FreezeWatch;
import io.sidetrack.writer.thread.ThreadWriters;
import io.sidetrack.writer.thread.WriterDependencies;
import io.sidetrack.writer.watch.LaneAge;
import io.sidetrack.writer.watch.LaneLag;
import io.sidetrack.writer.watch.LaneOffsets;
import io.sidetrack.writer.watch.LaneReader;
import io.sidetrack.writer.watch.LastCommit;
import io.sidetrack.writer.watch.PolledOffsets;
import io.sidetrack.writer.watch.ShareWatch;
import io.sidetrack.writer.watch.StallMonitor;
import io.sidetrack.writer.watch.Watchdog;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaStreams;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A writer, built from its configuration. Owns everything that it opens, and closes it once, in reverse order; a shutdown
 * closes it from another thread.
 */
final class WriterAssembly implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(WriterAssembly.class);

    private static final Duration PROBLEM_REMINDER = Duration.ofMinutes(1);
    /** A shutdown must end within its limit even if the brokers do not respond. */
    private static final Duration LAST_COMMIT_LIMIT = Duration.ofSeconds(2);

    private static final String LANE_UNKNOWN = "the lane cannot be looked up";

    private final WriterConfig config;
    private final WriterSettings settings;
    private final WriterChecks.Topics topics;
    private final Closer closer;

    private final PrometheusMeterRegistry registry = ServiceMetrics.registry();
    private final ProblemLog problems = new ProblemLog(log, System::nanoTime, PROBLEM_REMINDER);
    private final Holds holds = new Holds();
    private final EmergencyStop emergency;
    private final BufferFactory buffers;
    private final LaneShare share;
    private final WriterMetrics metrics;
    private final TargetTable target;
    private final Table table;
    private final ThreadWriters writers;
    /** Followed for a backfill lane only. */
    private final NamedBackfills backfills;
    /** Looked up again for a backfill lane only. */
    private final IdentityWatch lane;

    private final BackfillTallies tallies;

    private WriterAssembly(WriterConfig config, WriterChecks.Topics topics, Closer closer) {
        this.config = config;
        this.settings = config.settings();
        this.topics = topics;
        this.closer = closer;
        this.lane = watchLane();
        this.emergency = new EmergencyStop(settings.maxRejectedPercent());
        this.target = closer.add(TargetTable.open(settings), TargetTable::close);
        ThrottledIndexes throttled = new ThrottledIndexes(
                target.schema().indexes().stream().map(SecondaryIndex::name).toList());
        this.buffers = new BufferFactory(config, throttled, System.nanoTime());
        // A live lane does not lend: its records must not wait until an idle partition has its part back.
        this.share = new LaneShare(topics.lane().partitions(), isBackfill(), buffers.budget()::setShare);
        share.update(System.nanoTime());
        BackfillTally tally = new BackfillTally(Clock.systemUTC());
        this.tallies = new BackfillTallies(tally);
        if (isBackfill()) {
            StatusKey services = new StatusKey(StatusKey.WRITER, settings.applicationId(), settings.topic(), 0);
            closer.add(
                    StatusPublisher.start(config.kafka(), settings.statusTopic(), services, tally),
                    StatusPublisher::close);
        }
        this.metrics = new WriterMetrics(
                registry,
                buffers.budget(),
                isBackfill()
                        ? Optional.of(new BackfillCounters(registry, settings.backfillHeader(), tallies))
                        : Optional.empty());
        metrics.describe(settings.guard().lane(), settings.topic(), settings.table());
        this.table = target.table(new TableEvents(metrics, throttled, System::nanoTime), problems);
        this.writers = writers(Timeouts.of(config, table.maxWriteTime()));
        this.backfills = new NamedBackfills(settings.backfillHeader());
    }

    /**
     * Connects to the table and builds everything up to the stream threads.
     *
     * @throws io.sidetrack.common.settings.StartupException if the table or the Kafka properties do not fit
     */
    static WriterAssembly open(WriterConfig config, WriterChecks.Topics topics) {
        Closer closer = new Closer();
        try {
            return new WriterAssembly(config, topics, closer);
        } catch (RuntimeException e) {
            closer.close();
            throw e;
        }
    }

    private ThreadWriters writers(Timeouts timeouts) {
        DeadLetterTopic deadLetters = deadLetters();
        ExecutorTimer timer = closer.add(new ExecutorTimer(), ExecutorTimer::close);
        FreezeWatch freezes =
                new FreezeWatch(timeouts.freeze(), timeouts.quarantine(), holds, Clock.systemUTC()::millis);
        timer.every(timeouts.pulse().toNanos(), () -> freezes.pulse(System.nanoTime()));
        return new ThreadWriters(
                () -> buffers.buffer(metrics),
                new WriterDependencies(
                        table, deadLetters, parked(freezes), timer, holds, freezes, share, emergency, System::nanoTime),
                timeouts.waitLimits(),
                settings.shutdownTimeout());
    }

    private DeadLetterTopic deadLetters() {
        Producer<byte[], byte[]> producer = DeadLetterProducer.open(
                config.kafka(), settings.applicationId() + "-dead-letters", topics.lane(), topics.deadLetters());
        ExecutorService thread = closer.add(
                Executors.newSingleThreadExecutor(Daemons.named("dead-letters")), ExecutorService::shutdownNow);
        return closer.add(
                new DeadLetterTopic(producer, settings.deadLetterTopic(), settings.table(), thread, problems),
                DeadLetterTopic::close);
    }

    private ParkedTopic parked(FreezeWatch freezes) {
        ExecutorService thread =
                closer.add(Executors.newSingleThreadExecutor(Daemons.named("parked")), ExecutorService::shutdownNow);
        ParkedTopicFit fit = new ParkedTopicFit(config.kafka(), settings.topic(), settings.parkedTopic());
        return closer.add(
                new ParkedTopic(
                        () -> {
                            fit.require();
                            return ParkedProducer.open(
                                    config.kafka(), settings.applicationId() + "-parked", topics.lane());
                        },
                        new ParkedTopic.Names(settings.parkedTopic(), new ParkedReader(settings.applicationId(), lane)),
                        thread,
                        () -> freezes.mayWrite(System.nanoTime()),
                        problems,
                        System::nanoTime),
                ParkedTopic::close);
    }

    /**
     * Runs until the writer is stopped or fails.
     *
     * @return the exit code
     */
    int run() {
        settings.guard().risk().ifPresent(log::info);
        settings.laneDoubt().ifPresent(log::warn);
        settings.unknown().forEach(name -> log.warn("{} is not a setting of the writer and is ignored", name));
        ClientDefects.of(config.streams()).ifPresent(log::warn);
        KafkaStreams streams = streams(isBackfill() ? followOperator() : RecentSettings.NONE);
        holds.attach(streams::pause, streams::resume);
        StreamsProcess process = new StreamsProcess(
                streams,
                ThreadReplacement.standard(),
                settings.shutdownTimeout(),
                new StreamsProcess.Hooks(writers::stop, this::isEverythingCommitted, this::close));
        emergency.attach(process);
        HttpEndpoints http =
                closer.add(HttpEndpoints.listen(settings.http(), monitoring(streams), registry), HttpEndpoints::close);
        closer.add(ServiceMetrics.bind(streams, registry), ServiceMetrics.Binding::close);
        log.info(
                "writing {} to table {} (key {}, {}), dead letters to {}, up to {} batches of {} in flight, HTTP on {},"
                        + " version {}",
                settings.topic(),
                settings.table(),
                target.schema().keyAttributes().stream()
                        .map(key -> key.name() + " " + key.type())
                        .toList(),
                settings.guard().mode().code(),
                settings.deadLetterTopic(),
                settings.maxInFlight(),
                settings.batchSize(),
                http.ports(),
                BuildInfo.current());
        return process.run();
    }

    private boolean isBackfill() {
        return settings.guard().lane() == Lane.BACKFILL;
    }

    /** Applies the operator's last commands before the first record is read, and then each new one. */
    private RecentSettings followOperator() {
        OperatorControl control =
                new OperatorControl(buffers.budget(), settings.laneWriteUnitLimit(), holds, System::nanoTime);
        ControlTopic topic = new ControlTopic(settings.controlTopic(), config.kafka(), WriterChecks.CLUSTER_LIMIT)
                .with(settings.unreadableControlTopic());
        control.apply(topic.steering(settings.applicationId()));
        return closer.add(
                ControlFollower.start(
                        topic,
                        settings.topic(),
                        topic.backfills(settings.topic()),
                        new BackfillListener(new BackfillControl(backfills, settings.parkedTopic(), lane), metrics),
                        problems,
                        settings.applicationId(),
                        control::apply),
                ControlFollower::close);
    }

    private IdentityWatch watchLane() {
        // Opened only when it is needed, by the thread that uses it: most lanes have no named backfill with offsets.
        LaneLookup lookup = closer.add(new LaneLookup(config.kafka(), settings.topic()), LaneLookup::close);
        return new IdentityWatch(
                topics.identity(),
                lookup::identity,
                System::nanoTime,
                failure -> problems.report(
                        LANE_UNKNOWN, failure.getMessage() + "; named backfills are treated as if it were the same"));
    }

    private KafkaStreams streams(RecentSettings refresh) {
        ItemMapper mapper = target.mapper();
        boolean trustsHeaders = settings.trustsHeaders(topics.lane());
        ParkedAgain parkedAgain = new ParkedAgain(problems);
        return new KafkaStreams(
                WriterTopology.of(
                        settings.topic(),
                        () -> new WriteProcessor(
                                settings.topic(),
                                mapper,
                                writers,
                                settings.flushInterval(),
                                trustsHeaders,
                                backfills,
                                refresh,
                                tallies,
                                parkedAgain)),
                config.streams(),
                new WriterClients(writers, metrics));
    }

    private boolean isEverythingCommitted() {
        return writers.allDone()
                && LastCommit.of(config.kafka(), settings.applicationId(), settings.topic(), LAST_COMMIT_LIMIT)
                        .covers(writers.lastAccepted());
    }

    private Monitoring monitoring(KafkaStreams streams) {
        Admin admin = closer.add(
                TopicDirectory.open(config.kafka(), WriterChecks.CLUSTER_LIMIT), open -> open.close(Duration.ZERO));
        LaneOffsets offsets =
                new LaneOffsets(admin, settings.topic(), settings.applicationId(), WriterChecks.CLUSTER_LIMIT);
        LaneReader reader = closer.add(
                LaneReader.open(config.kafka(), settings.applicationId() + "-lag", settings.topic()),
                LaneReader::close);
        LaneAge age = new LaneAge(reader, Clock.systemUTC()::millis);
        LaneLag lag = new LaneLag(offsets, age, writers, problems, System::nanoTime);
        ShareWatch shareWatch = new ShareWatch(
                offsets,
                share,
                topics.lane().partitions(),
                () -> Double.isFinite(buffers.budget().laneLimit()),
                problems,
                System::nanoTime);
        Runnable tick = () -> {
            writers.sweep();
            share.update(System.nanoTime());
        };
        StallMonitor stall = new StallMonitor(
                new Watchdog(settings.stallAlarm(), table.maxWriteTime()),
                writers,
                holds,
                new PolledOffsets(streams),
                System::nanoTime);
        metrics.watch(writers, holds);
        metrics.watch(lag, stall);
        StreamsHealth health = new StreamsHealth(streams, StreamsSettings.maxPollInterval(config.streams()));
        return closer.add(Monitoring.start(health, stall, tick, lag, shareWatch, problems), Monitoring::close);
    }

    @Override
    public void close() {
        closer.close();
    }
}
