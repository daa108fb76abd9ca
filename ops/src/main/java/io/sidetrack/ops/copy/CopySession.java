package io.sidetrack.ops.copy;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.StopRequest;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.transaction.TransactionalProducer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * The only run of a copy at a time: opening it ends the transactions of every other run with the same id, which then fails with one
 * line. Typical use:
 *
 * <pre>
 *   try (CopySession session = CopySession.open(cluster, journal, id, onRefused)) {
 *       Optional&lt;CopyState&gt; earlier = session.earlier();
 *       if (earlier.isEmpty()) {
 *           session.begin(new CopySession.Plan(…));        // the slice is fixed and recorded
 *       } else {
 *           session.resume(plan);                          // or session.extend(plan), if its end has grown
 *       }
 *       CopyState state = session.copy(copying, …);        // finished, unless a stop was requested
 *   }
 * </pre>
 *
 * <p>Not thread-safe.
 */
public final class CopySession implements AutoCloseable {
    /** Not the id of a dead-letter topic, which cannot contain a '~'; the documented ACLs allow both. */
    private static final String TRANSACTIONAL_ID = "sidetrack-replay-journal~";

    private final Cluster cluster;
    private final JournalTopic journal;
    private final String id;
    private final TransactionalProducer transactional;
    private final Producer<byte[], byte[]> producer;
    private final Consumer<String> onRefused;
    private final Clock clock = Clock.systemUTC();
    /** The number of the newest run that has left a record in the journal. */
    private final long lastNumber;

    private Optional<CopyState> state;

    /**
     * What a run copies.
     *
     * @param request the options that select records and change them, as text; a run continues only with an equal text
     * @param slice the part of the source
     * @param target the topic to copy to
     * @param targetPartitions how many partitions it has
     * @param startedBy the user; null if unknown
     */
    public record Plan(String request, Slice slice, String target, int targetPartitions, String startedBy) {}

    /**
     * How a slice is read and written.
     *
     * @param parallelPartitions the maximum number of partitions that are read at a time
     * @param rate limits the records per second
     * @param stop ends the copy between two transactions
     */
    public record Pace(int parallelPartitions, RateLimit rate, StopRequest stop) {}

    private CopySession(
            Cluster cluster,
            JournalTopic journal,
            String id,
            TransactionalProducer transactional,
            Producer<byte[], byte[]> producer,
            Consumer<String> onRefused,
            JournalTopic.Reading held) {
        this.cluster = cluster;
        this.journal = journal;
        this.id = id;
        this.transactional = transactional;
        this.producer = producer;
        this.onRefused = onRefused;
        this.lastNumber = held.lastNumber();
        this.state = held.state();
    }

    /**
     * Opens a session, and creates the journal if necessary.
     *
     * @param id see {@link JournalTopic#isId}
     * @param onRefused receives a line for each record that the target rejects
     * @throws OpsException if the journal cannot be read, or transactions cannot begin
     */
    public static CopySession open(Cluster cluster, JournalTopic journal, String id, Consumer<String> onRefused) {
        if (!JournalTopic.isId(id)) {
            throw new IllegalArgumentException("not an id: " + id);
        }
        journal.create();
        TransactionalProducer transactional = TransactionalProducer.open(cluster, TRANSACTIONAL_ID + id);
        try {
            // Fence before reading: another run can commit nothing after that, and its earlier commits are read.
            Producer<byte[], byte[]> producer =
                    transactional.fenceOthers(failure -> CopyTransactions.fenced(id, 0, failure));
            return new CopySession(cluster, journal, id, transactional, producer, onRefused, journal.readExisting(id));
        } catch (RuntimeException e) {
            transactional.close();
            throw e;
        }
    }

    /** The newest run under this id, and how far it is; empty if there is none. */
    public Optional<CopyState> earlier() {
        return state;
    }

    /** Begins a new run. An earlier run under this id has no effect any more. */
    public void begin(Plan plan) {
        CopyRun run = new CopyRun(
                Math.max(
                                lastNumber,
                                state.map(earlier -> earlier.run().number()).orElse(0L))
                        + 1,
                plan.request,
                plan.slice,
                cluster.topics().identity(plan.slice.topic()),
                plan.target,
                cluster.topics().identity(plan.target),
                plan.targetPartitions,
                plan.startedBy,
                clock.millis(),
                0);
        record(CopyState.begin(run), run);
    }

    /**
     * Continues the earlier run with its own slice. That of the plan is ignored.
     *
     * @throws StartupException if the plan is for something else than the run
     */
    public void resume(Plan plan) {
        requireSame(cluster, id, state.orElseThrow(CopySession::noRun), plan);
    }

    /**
     * Continues the earlier run with a slice that has grown. What was copied is not copied again.
     *
     * @throws StartupException if the plan is for something else than the run
     */
    public void extend(Plan plan) {
        CopyState earlier = state.orElseThrow(CopySession::noRun);
        requireSame(cluster, id, earlier, plan);
        Slice longer = earlier.run().slice().extendedTo(plan.slice.ranges());
        if (!longer.equals(earlier.run().slice())) {
            record(earlier, earlier.run().with(longer));
        }
    }

    private static IllegalStateException noRun() {
        return new IllegalStateException("no run was begun");
    }

    /**
     * Requires that a run is what a plan is for. To be called before a session is opened as well, because that ends another run even
     * if it cannot be continued.
     *
     * @throws StartupException if it is not
     * @throws OpsException if one of its topics was deleted and created again
     */
    public static void requireSame(Cluster cluster, String id, CopyState earlier, Plan plan) {
        CopyRun run = earlier.run();
        String problem = null;
        if (!run.slice().topic().equals(plan.slice.topic()) || !run.target().equals(plan.target)) {
            problem = "belongs to a copy from %s to %s".formatted(run.slice().topic(), run.target());
        } else if (!run.request().equals(plan.request)) {
            problem = "belongs to another request: " + run.request();
        }
        if (problem != null) {
            throw new StartupException("id " + id, problem, "Use another id, or the same options, or begin anew.");
        }
        otherTopic(cluster, run).ifPresent(topic -> {
            throw new OpsException(
                    "id %s: belongs to an earlier topic %s, which was deleted; use another id, or begin anew"
                            .formatted(id, topic));
        });
    }

    private void record(CopyState before, CopyRun run) {
        CopyTransactions transactions = transactions(before, null);
        transactions.send(List.of(new Step.Recorded(run)));
        state = Optional.of(transactions.state());
    }

    private CopyTransactions transactions(CopyState before, Copying copying) {
        return new CopyTransactions(producer, journal, id, before, copying, clock, onRefused);
    }

    /**
     * Copies what is left of the slice. Begin, resume or extend a run before.
     *
     * @param target the topic to copy to
     * @param progress receives the state after each transaction, on this thread
     * @return the state that is committed; finished unless a stop was requested
     * @throws OpsException if records of the slice were deleted, or the copy cannot continue; what is committed stays
     */
    public CopyState copy(Copying copying, TopicFacts target, Pace pace, Consumer<CopyState> progress) {
        CopyState before = state.orElseThrow(CopySession::noRun);
        if (before.run().hasFinished()) {
            return before;
        }
        SortedMap<Integer, OffsetRange> open = before.open();
        requireHeld(before.run().slice().topic(), open);
        CopyTransactions transactions = transactions(before, copying);
        CopyLoop loop = new CopyLoop(
                transactions,
                copying,
                new CopyBatch(CopyBatch.Limits.ofHeap(), System::nanoTime),
                target.maxMessageBytes(),
                pace.rate,
                pace.stop::isRequested,
                () -> requireSameTopics(before.run()),
                progress);
        try (SliceReader reader =
                SliceReader.open(cluster, before.run().slice().topic(), open, pace.parallelPartitions)) {
            return loop.run(reader);
        } finally {
            state = Optional.of(transactions.state());
        }
    }

    /**
     * Requires that both topics are still those of the run. A topic that is deleted and created again while a run reads or writes it
     * goes unnoticed by the clients, if the new one reaches the offsets in time: a part of the slice was never read, or the copies
     * are gone.
     */
    private void requireSameTopics(CopyRun run) {
        Optional<String> other;
        try {
            other = otherTopic(cluster, run);
        } catch (StartupException e) {
            throw new OpsException("all is copied, but not recorded as finished: " + e.getMessage(), e);
        }
        if (other.isPresent()) {
            throw new OpsException(
                    "%s was deleted and created again during the run, so it is unknown what was copied; begin anew"
                            .formatted(other.get()));
        }
    }

    /** The topic of a run that is not the one with which it began; empty if both are. */
    private static Optional<String> otherTopic(Cluster cluster, CopyRun run) {
        if (!run.source().matches(cluster.topics().identity(run.slice().topic()))) {
            return Optional.of(run.slice().topic());
        }
        return run.targetIdentity().matches(cluster.topics().identity(run.target()))
                ? Optional.empty()
                : Optional.of(run.target());
    }

    /** Requires that the topic holds these ranges, before something is copied. */
    private void requireHeld(String topic, SortedMap<Integer, OffsetRange> wanted) {
        if (wanted.isEmpty()) {
            return;
        }
        requireHeld(
                topic,
                wanted,
                cluster.ranges(topic, cluster.topics().require("topic", topic).partitions()));
    }

    static void requireHeld(String topic, Map<Integer, OffsetRange> wanted, Map<Integer, OffsetRange> held) {
        wanted.forEach((partition, range) -> {
            OffsetRange now = held.get(partition);
            if (now == null) {
                throw new OpsException("%s has no partition %d, which the journal names; only a new run can continue"
                        .formatted(topic, partition));
            }
            if (range.start() < now.start() || range.end() > now.end()) {
                throw SliceReader.missing(topic, partition, range, now.start(), now.end());
            }
        });
    }

    @Override
    public void close() {
        transactional.close();
    }
}
