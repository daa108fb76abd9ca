package io.sidetrack.common.status;

import io.sidetrack.common.status.StatusEntry.NameCounts;
import java.time.Clock;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one owner of a partition has done with the records of each backfill. Continues the entry of the owner before it, which may
 * arrive late. Thread-safe.
 *
 * <p>Counts belong to offsets: those of the records before {@code next}. If the former owner has counted up to where this one began,
 * both add up exactly. If it ended without its last entry, the offsets between are not counted; if its last commit failed after it
 * had counted, they are counted twice. Both show in {@link StatusEntry#uncertain}.
 */
public final class PartitionTally {
    /** An owner that has counted further than one that still commits, and nothing for this long, is not the present one. */
    private static final long FORMER_MS = 120_000;

    private final String owner;
    private final Clock clock;
    private final long startedMs;
    private final Runnable onFirst;

    /** What was added since the last commit. */
    private final Map<String, Map<BackfillOutcome, Long>> pending = new HashMap<>();

    private Map<String, NameCounts> counted = Map.of();
    /** The offset of the first record; -1 before it. */
    private volatile long first = -1;
    /** The offset after the last record whose offset is committed; -1 before the first commit. */
    private long next = -1;
    /** When {@link #next} was set. */
    private long committedMs;

    private boolean closed;
    /** Whether the last commit before the close has succeeded. */
    private boolean clean;

    /** Whether something is not published. */
    private boolean changed;
    /** The newest entry of another owner: the one before this one or, if that has lost the partition, the one after it. */
    private Optional<StatusEntry> base = Optional.empty();

    /**
     * @param owner different for each owner of the partition
     * @param onFirst called when this owner has counted for the first time; must not block
     */
    PartitionTally(String owner, Clock clock, Runnable onFirst) {
        this.owner = owner;
        this.clock = clock;
        this.startedMs = clock.millis();
        this.onFirst = onFirst;
    }

    /** Begins at the offset of the first record. Has no effect after the first call. */
    public void begin(long offset) {
        // Called for each record: no lock after the first.
        if (first < 0) {
            beginFirst(offset);
        }
    }

    private synchronized void beginFirst(long offset) {
        if (first < 0) {
            first = offset;
        }
    }

    /** Counts records, once their offsets are committed. */
    public synchronized void add(String name, BackfillOutcome outcome, long records) {
        if (pending.size() < StatusEntry.MOST_NAMES || pending.containsKey(name)) {
            count(name, outcome, records);
        } else {
            count(StatusEntry.OTHER, outcome, records);
        }
    }

    private void count(String name, BackfillOutcome outcome, long records) {
        pending.computeIfAbsent(name, any -> new EnumMap<>(BackfillOutcome.class))
                .merge(outcome, records, Long::sum);
    }

    /**
     * The offsets of all records that were added are committed, or will be.
     *
     * @param offset the offset after the last one
     */
    public synchronized void committed(long offset) {
        if (first < 0 || offset <= next) {
            return;
        }
        next = offset;
        committedMs = clock.millis();
        if (!pending.isEmpty()) {
            boolean isFirst = counted.isEmpty();
            Map<String, NameCounts> more = new TreeMap<>();
            pending.forEach((name, counts) -> more.put(name, new NameCounts(clock.millis(), counts)));
            counted = StatusEntry.sum(counted, more);
            pending.clear();
            changed = true;
            if (isFirst) {
                onFirst.run();
            }
        }
    }

    /** The records that were added since the last commit will be read again. */
    public synchronized void aborted() {
        pending.clear();
    }

    /** Gives the partition up. What is not committed will be read again by the next owner. */
    synchronized void close(boolean isClean) {
        pending.clear();
        closed = true;
        clean = isClean;
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Whether there may be something to publish. */
    synchronized boolean hasNews() {
        return changed || closed;
    }

    /** Adds an entry of the partition, as it was read from the topic. */
    synchronized void read(StatusEntry entry) {
        if (entry.owner().equals(owner)) {
            return;
        }
        changed |= !counted.isEmpty();
        base = Optional.of(entry);
    }

    /**
     * The entry to publish.
     *
     * @return empty if nothing has changed since the last one. A partition without records of a backfill has no entry; one that had
     *     some before has
     */
    synchronized Optional<StatusEntry> take() {
        boolean isLast = closed && next >= 0 && (base.isPresent() || !counted.isEmpty());
        // Another owner has counted further than this one: the partition is lost, or the last commit of the one before
        // failed. If it has ended long ago, the topic was created again, or the group was reset.
        boolean isBehind = base.filter(other -> other.next() > next && committedMs - other.atMs() < FORMER_MS)
                .isPresent();
        if (isBehind || (!changed && !isLast)) {
            return Optional.empty();
        }
        changed = false;
        return Optional.of(new StatusEntry(
                owner,
                next,
                closed && clean,
                base.map(StatusEntry::sinceMs).orElse(startedMs),
                clock.millis(),
                base.map(before -> StatusEntry.plus(before.uncertain(), missing(before)))
                        .orElse(0L),
                StatusEntry.sum(base.map(StatusEntry::names).orElseGet(TreeMap::new), counted)));
    }

    private long missing(StatusEntry before) {
        // Offsets without records follow the last record of an owner that has closed.
        return before.closed() && before.next() <= first ? 0 : Math.abs(first - before.next());
    }

    /** The last entry was not published. */
    synchronized void failed() {
        changed = true;
    }
}
