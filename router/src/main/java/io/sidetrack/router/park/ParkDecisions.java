package io.sidetrack.router.park;

import io.sidetrack.common.control.NamedBackfill;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * The decisions of one task. Pure: depends on nothing but its arguments and earlier decisions. Not thread-safe.
 *
 * <pre>
 *   no setting ────────────────────────────────▶ lane
 *   PAUSED, CANCELLED ─────────────────────────▶ parked (or discarded)
 *   RESUMING ── copied up to the last record
 *   RESUMED     that may be parked? ── yes ────▶ lane, and so are all later ones
 *                                   ── no ─────▶ parked
 * </pre>
 *
 * A newer record must not reach the lane before an older one that is parked. While a backfill is RESUMING, the task must
 * therefore know which of its records may be parked: those that it has parked itself, and any before the first record that it
 * has read, because a former owner of the partition may have parked them. Once the backfill is RESUMED, nothing that a former
 * owner has parked is left. Nothing ever waits: a record that may not overtake is parked as well, and the next round of copying
 * brings it back.
 *
 * <p>A partition that is missing in {@code copiedTo} has not been copied at all. In particular, a backfill that has just been
 * resumed has records that writers have parked, older than any that this task reads.
 *
 * <p>If it is unknown whether a transaction was committed, its records count as parked, so a record may be parked that need not be,
 * but never the other way round.
 */
final class ParkDecisions {
    private final int partition;
    private final long firstOffset;
    private final ParkedOffsets.OfTask parked;
    /** The backfills of which this task has sent a record to the lane since they were last parked and resumed. */
    private final Set<ByteBuffer> passing = new HashSet<>();

    /**
     * @param partition the task's partition of the source
     * @param firstOffset the first offset that the task reads
     * @param ofProcess what the process has parked
     */
    ParkDecisions(int partition, long firstOffset, ParkedOffsets ofProcess) {
        this.partition = partition;
        this.firstOffset = firstOffset;
        this.parked = ofProcess.begin(partition, firstOffset);
    }

    /**
     * Decides about the next record of a backfill with a setting.
     *
     * @param name the bytes that name the backfill; kept, and not copied
     * @param offset its offset in the source; higher than that of every earlier record
     */
    Placement place(ByteBuffer name, NamedBackfill setting, long offset) {
        return switch (setting.state()) {
            case PAUSED, CANCELLED -> setting.discards() ? Placement.DISCARDED : park(name, offset);
            case RESUMING, RESUMED -> mayPass(name, setting) ? pass(name) : park(name, offset);
        };
    }

    /**
     * True if a record would be parked only because a former owner may have parked earlier ones. A task must not do this with a
     * setting that is out of date: if the backfill has been resumed in the meantime, the next owner relies on that.
     */
    boolean parksForFormerOwners(ByteBuffer name, NamedBackfill setting) {
        return setting.state() == NamedBackfill.State.RESUMING && !mayPass(name, setting) && isOwnCopied(name, setting);
    }

    /** The transaction with the records so far is committed. */
    void committed() {
        parked.committed();
    }

    /** The transaction is aborted, and its records will be read again by another task. */
    void aborted() {
        parked.aborted();
    }

    private boolean mayPass(ByteBuffer name, NamedBackfill setting) {
        // What was parked before the backfill was cancelled is discarded as well, so nothing can be overtaken.
        if (setting.discards()) {
            return true;
        }
        boolean resumed = setting.state() == NamedBackfill.State.RESUMED;
        if (!resumed && !setting.copiedTo().containsKey(partition)) {
            return false;
        }
        return passing.contains(name)
                || (isOwnCopied(name, setting) && (resumed || isCopiedTo(firstOffset - 1, setting)));
    }

    /** True if nothing is parked that this process has parked. */
    private boolean isOwnCopied(ByteBuffer name, NamedBackfill setting) {
        ParkedSpan own = parked.get(name);
        return own == null || isCopiedTo(own.last(), setting);
    }

    private boolean isCopiedTo(long offset, NamedBackfill setting) {
        Long copiedTo = setting.copiedTo().get(partition);
        return copiedTo != null && copiedTo > offset;
    }

    private Placement pass(ByteBuffer name) {
        if (passing.add(name)) {
            parked.remove(name);
        }
        return Placement.LANE;
    }

    private Placement park(ByteBuffer name, long offset) {
        passing.remove(name);
        parked.add(name, offset);
        return Placement.PARKED;
    }
}
