package io.sidetrack.common.control;

import io.sidetrack.common.topic.TopicIdentity;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * An operator's setting for one named backfill: the records on a backfill lane whose header has this name. Written by {@code
 * sidetrack backfill}, followed by the routers and writers of the lane. A backfill without a setting runs.
 *
 * <p>Records that are parked keep their order: a parked record is copied back to the lane before a newer record of the backfill
 * reaches it. {@code RESUMING} therefore does not end the parking at once; {@link #writeFrom} and {@link #copiedTo} do, each for
 * its partitions.
 *
 * <p>Offsets mean nothing in another topic, even one of the same name. Whoever applies a setting therefore first calls {@link
 * #onLane} or {@link #onSource} with the topic's current identity.
 *
 * @param state what happens to its records
 * @param discards whether its records are dropped rather than parked; only when cancelled, or for the records of that time after
 *     a resume
 * @param setAtMs the time of the setting, in ms since 1970
 * @param writeFrom by partition of the lane, the offset from which writers write its records again; they park or discard those
 *     before it. Empty unless it is resumed; a partition that is missing then is written from its beginning
 * @param copiedTo by partition of the source, an offset before which every record that a router has parked is back on the lane.
 *     Empty unless it is resumed
 * @param lane the topic to which {@code writeFrom} belongs; null if it has no offsets, or was recorded by an earlier build
 * @param source the topic to which {@code copiedTo} belongs; null likewise
 * @param discardedBefore whether records were dropped under an earlier setting; never null, false for a record of an earlier build
 */
public record NamedBackfill(
        State state,
        boolean discards,
        long setAtMs,
        SortedMap<Integer, Long> writeFrom,
        SortedMap<Integer, Long> copiedTo,
        TopicIdentity lane,
        TopicIdentity source,
        Boolean discardedBefore) {

    /** What happens to the records of a backfill. */
    public enum State {
        /** Routers and writers park its records, until the operator resumes it. */
        PAUSED,
        /** As paused, or discarded: the operator does not intend to resume it. */
        CANCELLED,
        /** Parked records are being copied to the lane; a router parks until its own parked records are back there. */
        RESUMING,
        /** The parked records are back on the lane. */
        RESUMED
    }

    /** @throws IllegalArgumentException if something is missing, negative, or does not fit the state */
    public NamedBackfill {
        if (state == null || setAtMs < 0) {
            throw new IllegalArgumentException("incomplete");
        }
        writeFrom = checked(writeFrom);
        copiedTo = checked(copiedTo);
        discardedBefore = discardedBefore != null && discardedBefore;
        boolean resumed = state == State.RESUMING || state == State.RESUMED;
        if (!resumed && (!writeFrom.isEmpty() || !copiedTo.isEmpty())) {
            throw new IllegalArgumentException("offsets belong to a resumed backfill only");
        }
        if (discards && state == State.PAUSED) {
            throw new IllegalArgumentException("a paused backfill discards nothing");
        }
    }

    private static SortedMap<Integer, Long> checked(SortedMap<Integer, Long> offsets) {
        if (offsets == null) {
            return Collections.emptySortedMap();
        }
        offsets.forEach((partition, offset) -> {
            if (partition < 0 || offset == null || offset < 0) {
                throw new IllegalArgumentException("partition " + partition + " at " + offset);
            }
        });
        return Collections.unmodifiableSortedMap(new TreeMap<>(offsets));
    }

    /** True if a service may park a record of this backfill, even if it has not parked one before. */
    public boolean mayPark() {
        return state != State.RESUMED && !discards;
    }

    /** A paused backfill. */
    public static NamedBackfill paused(long nowMs) {
        return new NamedBackfill(State.PAUSED, false, nowMs, null, null, null, null, false);
    }

    /** A cancelled backfill. */
    public static NamedBackfill cancelled(boolean discards, long nowMs) {
        return new NamedBackfill(State.CANCELLED, discards, nowMs, null, null, null, null, false);
    }

    /** This setting, which replaces another one; empty for none. */
    public NamedBackfill after(Optional<NamedBackfill> earlier) {
        boolean dropped =
                earlier.filter(one -> one.discards || one.discardedBefore).isPresent();
        return new NamedBackfill(state, discards, setAtMs, writeFrom, copiedTo, lane, source, dropped);
    }

    /**
     * A backfill whose parked records are being copied to the lane.
     *
     * @param writeFrom as the component
     * @param copiedTo as the component
     */
    public NamedBackfill resuming(Map<Integer, Long> writeFrom, Map<Integer, Long> copiedTo, long nowMs) {
        return new NamedBackfill(
                State.RESUMING,
                discards,
                nowMs,
                new TreeMap<>(writeFrom),
                new TreeMap<>(copiedTo),
                lane,
                source,
                discardedBefore);
    }

    /** This backfill, once all of its parked records are on the lane. */
    public NamedBackfill resumed(Map<Integer, Long> copiedTo, long nowMs) {
        return new NamedBackfill(
                State.RESUMED, discards, nowMs, writeFrom, new TreeMap<>(copiedTo), lane, source, discardedBefore);
    }

    /**
     * This setting for a service that does not know whether it is still in effect: a cancelled backfill may have been resumed, so its
     * records are parked, which can be undone, and not dropped.
     */
    public NamedBackfill ifOutdated() {
        return state == State.CANCELLED && discards ? cancelled(false, setAtMs) : this;
    }

    /** This setting, whose {@link #writeFrom} belongs to this topic. */
    public NamedBackfill withLane(TopicIdentity of) {
        return new NamedBackfill(state, discards, setAtMs, writeFrom, copiedTo, of, source, discardedBefore);
    }

    /** This setting, whose {@link #copiedTo} belongs to this topic. */
    public NamedBackfill withSource(TopicIdentity of) {
        return new NamedBackfill(state, discards, setAtMs, writeFrom, copiedTo, lane, of, discardedBefore);
    }

    /** True if {@link #writeFrom} does not belong to another topic, as far as is known. */
    public boolean isOfLane(TopicIdentity now) {
        return lane == null || lane.matches(now);
    }

    /** True if {@link #copiedTo} does not belong to another topic, as far as is known. */
    public boolean isOfSource(TopicIdentity now) {
        return source == null || source.matches(now);
    }

    /**
     * This setting as it applies to the records of a lane. If its offsets belong to another one, nothing of this lane lies before
     * them: once the backfill is resumed, all is written.
     *
     * @param now the lane's current identity
     */
    public NamedBackfill onLane(TopicIdentity now) {
        return isOfLane(now)
                ? this
                : new NamedBackfill(
                        state,
                        discards,
                        setAtMs,
                        Collections.emptySortedMap(),
                        copiedTo,
                        null,
                        source,
                        discardedBefore);
    }

    /**
     * This setting as it applies to the records of a source. If its offsets belong to another one, nothing of this source is known to
     * be copied: a router that may have parked records parks, until the operator resumes the backfill again.
     *
     * @param now the source's current identity
     */
    public NamedBackfill onSource(TopicIdentity now) {
        return isOfSource(now)
                ? this
                : new NamedBackfill(
                        state, discards, setAtMs, writeFrom, Collections.emptySortedMap(), lane, null, discardedBefore);
    }
}
