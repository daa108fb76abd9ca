package io.sidetrack.ops.deadletter;

import io.sidetrack.common.control.DeadLetterReplay;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.Interruption;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.StopRequest;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.LookupResult;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordLookup;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/** Reads dead letters and replays them, or only counts what it would replay. A stop request ends it between two transactions. */
final class ReplaySession implements Interruption.Run {
    private final Cluster cluster;
    private final TopicFacts facts;
    private final DeadLetterFilter filter;
    private final ReplayTargets targets;
    private final int maxAttempts;
    private final Consumer<String> problems;
    private final ReplayRefusals refusals;
    private final ReplayTally tally;
    private volatile long committed;

    /** @param problems receives lines about dead letters that cannot be replayed, and about the record of the replay */
    ReplaySession(
            Cluster cluster,
            TopicFacts facts,
            DeadLetterFilter filter,
            ReplayTargets targets,
            int maxAttempts,
            Consumer<String> problems) {
        this.cluster = cluster;
        this.facts = facts;
        this.filter = filter;
        this.targets = targets;
        this.maxAttempts = maxAttempts;
        this.problems = problems;
        this.refusals = new ReplayRefusals(problems);
        this.tally = new ReplayTally(refusals);
    }

    /** What became of the dead letters so far. */
    ReplayTally tally() {
        return tally;
    }

    /** Only counts. */
    void dryRun() {
        read(
                DeadLetterSnapshot.committed(cluster, facts, filter),
                PacedBatches.size(0),
                batch -> batch.forEach(tally::addReplayed),
                () -> {});
    }

    /**
     * How a replay runs.
     *
     * @param rate the maximum number of dead letters per second; 0 for no limit
     * @param audit makes the record of the run
     */
    record Run(double rate, StopRequest stop, ReplayAudit audit) {}

    /**
     * Replays.
     *
     * @param producer has fenced all others with its transactional id
     * @throws OpsException if the replay cannot continue, or a stop is requested; earlier commits stay
     */
    void replay(Producer<byte[], byte[]> producer, Run run) {
        ReplayTransactions transactions = new ReplayTransactions(producer, facts.name(), refusals, tally);
        PacedBatches batches =
                new PacedBatches(new RateLimit(run.rate, System::nanoTime, run.stop), run.stop, run.audit, batch -> {
                    transactions.send(batch);
                    committed = tally.replayed();
                });
        try {
            read(
                    DeadLetterSnapshot.upToEnd(cluster, facts, filter),
                    PacedBatches.size(run.rate),
                    batches,
                    batches::requireGoing);
            recordEnd(run.audit, false);
        } catch (PacedBatches.StoppedException e) {
            recordEnd(run.audit, true);
            throw new OpsException(interrupted(), e);
        } catch (OpsException | StartupException e) {
            recordEnd(run.audit, true);
            throw e;
        }
    }

    private void recordEnd(ReplayAudit audit, boolean isInterrupted) {
        if (!audit.hasBegun()) {
            return;
        }
        try {
            audit.end(new DeadLetterReplay.End(
                    System.currentTimeMillis(),
                    ends(cluster, facts),
                    tally.byTarget(),
                    tally.refused(),
                    tally.skipped(),
                    isInterrupted));
        } catch (OpsException | StartupException e) {
            problems.accept("the end of this replay is not recorded: " + e.getMessage());
        }
    }

    /** The ends of a topic's partitions. */
    static SortedMap<Integer, Long> ends(Cluster cluster, TopicFacts facts) {
        SortedMap<Integer, Long> ends = new TreeMap<>();
        SortedMap<Integer, OffsetRange> ranges = cluster.ranges(facts.name(), facts.partitions());
        ranges.forEach((partition, range) -> ends.put(partition, range.end()));
        return ends;
    }

    /** @param beforeEach is called before each dead letter */
    private void read(
            DeadLetterSnapshot deadLetters, int batchSize, Consumer<List<ReplayRecord>> to, Runnable beforeEach) {
        try (RecordLookup lookup = new RecordLookup(cluster)) {
            ReplayBatches batches = new ReplayBatches(
                    (sourceTopic, partition, offset) -> find(lookup, sourceTopic, partition, offset),
                    refusals,
                    batchSize,
                    to);
            Replay replay = new Replay(targets, maxAttempts, batches, refusals, tally);
            deadLetters.each(deadLetter -> {
                beforeEach.run();
                if (deadLetters.isReplayed(deadLetter)) {
                    tally.addReplayedBefore();
                } else {
                    replay.add(deadLetter);
                }
            });
            batches.end();
            tally.setComplete();
        }
    }

    private static LookupResult find(RecordLookup lookup, String sourceTopic, int partition, long offset) {
        try {
            return lookup.at(sourceTopic, partition, offset);
        } catch (KafkaException e) {
            throw new OpsException(
                    "the source record of a reduced dead letter, in %s, partition %d, offset %d, cannot be read (%s); run it again: it continues with those that are not replayed"
                            .formatted(sourceTopic, partition, offset, e.getMessage()),
                    e);
        }
    }

    /** A run is never idle: it ends soon after a stop request, or is in a transaction. */
    @Override
    public boolean isIdle() {
        return false;
    }

    @Override
    public String interrupted() {
        return String.format(
                Locale.ROOT,
                "interrupted; %,d replayed, run it again: it continues with those that are not replayed",
                committed);
    }
}
