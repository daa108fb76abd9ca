package io.sidetrack.ops.parked;

import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.ops.RateLimit;
import io.sidetrack.ops.StopRequest;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.LookupResult;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordLookup;
import io.sidetrack.ops.cluster.RecordReader;
import io.sidetrack.ops.copy.CopySession;
import io.sidetrack.ops.copy.CopyState;
import io.sidetrack.ops.copy.Copying;
import io.sidetrack.ops.copy.PartitionProgress;
import io.sidetrack.ops.copy.Placement;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Copies parked records to the lane with the engine for copies, each in the partition of the same number. Once a copy was stopped,
 * no other may follow: {@link LaneOrder} then contains records that were read and not copied. Not thread-safe.
 */
final class ParkedCopies implements ParkedRecords {
    private static final int PARALLEL = 16;
    private static final Duration LOOK_TIMEOUT = Duration.ofSeconds(30);
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Cluster cluster;
    private final ParkedBackfill backfill;
    private final ParkedJournals journals;
    private final StopRequest stop;
    private final Consumer<ParkedCopies> progress;
    private final LaneOrder order = new LaneOrder();
    private final Map<ParkedBy, Long> copied = new EnumMap<>(ParkedBy.class);
    private long refused;
    private long discarded;
    private long toRead;

    /**
     * @param journals prepared, and closed by the caller
     * @param stop ends a copy between two transactions
     * @param progress called after each step of a copy
     */
    ParkedCopies(
            Cluster cluster,
            ParkedBackfill backfill,
            ParkedJournals journals,
            StopRequest stop,
            Consumer<ParkedCopies> progress) {
        this.cluster = cluster;
        this.backfill = backfill;
        this.journals = journals;
        this.stop = stop;
        this.progress = progress;
        journals.session(ParkedBy.WRITER).earlier().ifPresent(this::continueAfter);
    }

    /** Looks up the last record of each partition that was copied. */
    private void continueAfter(CopyState state) {
        try (RecordLookup lookup = new RecordLookup(cluster)) {
            for (Map.Entry<Integer, PartitionProgress> one : state.partitions().entrySet()) {
                PartitionProgress.Landmark last = one.getValue().last();
                if (last != null
                        && lookup.at(backfill.parked().name(), one.getKey(), last.offset())
                                instanceof LookupResult.Found found) {
                    order.begin(found.record());
                }
            }
        }
    }

    @Override
    public boolean copy(ParkedBy by, SortedMap<Integer, Long> to, BooleanSupplier keepGoing) {
        return pass(by, to, keepGoing, isTaken(by));
    }

    @Override
    public boolean complete(BooleanSupplier keepGoing) {
        return pass(ParkedBy.WRITER, new TreeMap<>(), keepGoing, isTaken(ParkedBy.WRITER));
    }

    @Override
    public boolean discard(ParkedBy by, SortedMap<Integer, Long> to, BooleanSupplier keepGoing) {
        Predicate<ConsumerRecord<byte[], byte[]>> taken = isTaken(by);
        return pass(by, to, keepGoing, record -> {
            if (taken.test(record)) {
                discarded++;
            }
            return false;
        });
    }

    private Predicate<ConsumerRecord<byte[], byte[]>> isTaken(ParkedBy by) {
        return record -> backfill.holds(record, by) && order.pass(record);
    }

    private boolean pass(
            ParkedBy by,
            SortedMap<Integer, Long> to,
            BooleanSupplier keepGoing,
            Predicate<ConsumerRecord<byte[], byte[]>> selects) {
        CopySession session = journals.session(by);
        SortedMap<Integer, OffsetRange> ranges = new TreeMap<>();
        // The start counts only for a partition that the run does not have yet.
        to.forEach((partition, end) -> ranges.put(partition, new OffsetRange(0, end)));
        session.extend(journals.plan(by, ranges));
        CopyState before = session.earlier().orElseThrow();
        if (before.open().isEmpty()) {
            return true;
        }
        StopRequest stopCopy = new StopRequest(Thread.currentThread());
        long copiedBefore = copied.getOrDefault(by, 0L) - before.tally().copied();
        long refusedBefore = refused - before.tally().refused();
        long[] checkedNanos = {System.nanoTime()};
        CopyState after = session.copy(
                new Copying(backfill.lane().name(), selects, Placement.samePartition(), ParkedCopies::headers),
                backfill.lane(),
                new CopySession.Pace(PARALLEL, new RateLimit(0, System::nanoTime, stopCopy), stopCopy),
                state -> {
                    copied.put(by, copiedBefore + state.tally().copied());
                    refused = refusedBefore + state.tally().refused();
                    toRead = state.run().slice().offsets() - state.offsetsDone();
                    progress.accept(this);
                    boolean isDue = System.nanoTime() - checkedNanos[0] > CHECK_NANOS;
                    if (isDue) {
                        checkedNanos[0] = System.nanoTime();
                    }
                    if (stop.isRequested() || (isDue && !keepGoing.getAsBoolean())) {
                        stopCopy.request();
                    }
                });
        return after.run().hasFinished();
    }

    private static Headers headers(ConsumerRecord<byte[], byte[]> record) {
        return new RecordHeaders(record.headers()).remove(ParkedBy.HEADER);
    }

    @Override
    public boolean anyLeft(SortedMap<Integer, Long> to) {
        for (ParkedBy by : ParkedBy.values()) {
            Map<TopicPartition, OffsetRange> left = new HashMap<>();
            CopyState state = journals.session(by).earlier().orElseThrow();
            to.forEach((partition, end) -> {
                long next = state.run().slice().ranges().containsKey(partition)
                        ? state.progress(partition).next()
                        : 0;
                left.put(new TopicPartition(backfill.parked().name(), partition), new OffsetRange(next, end));
            });
            boolean[] found = {false};
            RecordReader.uncommitted(
                    cluster.client().with(Map.of("auto.offset.reset", "earliest")),
                    left,
                    LOOK_TIMEOUT,
                    record -> found[0] |= backfill.holds(record, by) && order.isNew(record));
            if (found[0]) {
                return true;
            }
        }
        return false;
    }

    @Override
    public long copied() {
        return copied.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The number of records that this command has copied, by who has parked them. */
    long copied(ParkedBy by) {
        return copied.getOrDefault(by, 0L);
    }

    @Override
    public long discarded() {
        return discarded;
    }

    /** The number of records that the lane has rejected. */
    long refused() {
        return refused;
    }

    /** The number of offsets that the current copy has left to read. */
    long toRead() {
        return toRead;
    }
}
