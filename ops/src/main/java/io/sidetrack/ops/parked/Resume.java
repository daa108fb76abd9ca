package io.sidetrack.ops.parked;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.topic.TopicIdentity;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.function.LongSupplier;

/**
 * The steps that resume a backfill, without threads, waits and I/O. It can end after any of them: another resume continues from the
 * setting and from what is copied.
 *
 * <pre>
 *   PAUSED, CANCELLED                     RESUMING                                        RESUMED
 *
 *   PAUSING ──▶ COMPLETING ──▶ ANNOUNCED ──▶ WRITERS ──▶ ROUTERS ──▶ LAST_LOOK ──▶ DONE
 *                                                           ▲             │
 *                                                           └─────────────┘
 *                                                         a record was parked
 * </pre>
 *
 * <p>Order: what a writer has parked was on the lane, and is older than everything that routers have parked meanwhile. It is
 * therefore copied first, and completely: until the writers have read all that was on the lane when the backfill was resumed. A
 * router sends records to the lane again only when all that it may have parked is copied, which {@link NamedBackfill#copiedTo}
 * shows. While a producer is faster than this, records take the detour through the parked topic.
 */
final class Resume {
    /** The step that is next. */
    enum Phase {
        /** Waits until every service knows that the backfill is paused, so that its records no longer arrive on the lane. */
        PAUSING,
        /**
         * Completes the copy of what writers have parked, if a resume was interrupted in it and the backfill was paused again:
         * writers park again what is copied, behind what is not, and so all of it has to be there. If the backfill was cancelled
         * and its records are discarded, passes over what is parked.
         */
        COMPLETING,
        /** Waits until every service knows that the backfill is resumed, so that no writer parks a copy again. */
        ANNOUNCED,
        /** Waits until the writers have read the lane up to its end at the time of the resume, then copies what they have parked. */
        WRITERS,
        /** Copies what routers park, until they park nothing any more. */
        ROUTERS,
        /** Looks for records that a router has parked at the last moment. */
        LAST_LOOK,
        DONE
    }

    /**
     * Times in ms.
     *
     * @param pausing how long after a pause a service can still act as if there were none. Routers follow the setting within two
     *     seconds, or later if a transaction is open on the control topic; a transaction of a router lasts up to 10 s
     * @param announced the same after the resume
     * @param poll the time between two looks at the writers
     * @param round the time between two rounds of copies for the routers
     * @param lastLook how long to look for late records at the end
     */
    record Timing(long pausing, long announced, long poll, long round, long lastLook) {
        static final Timing STANDARD = new Timing(15_000, 10_000, 1_000, 3_000, 5_000);
    }

    /** The setting was changed by another command. */
    static final class SupersededException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final transient Optional<NamedBackfill> now;

        SupersededException(Optional<NamedBackfill> now) {
            super("the setting is now " + now);
            this.now = now;
        }

        /** The setting that is in effect. */
        Optional<NamedBackfill> now() {
            return now;
        }
    }

    private static final long LAST_LOOK_POLL_MS = 500;
    /** How far the clocks of two machines may be apart. */
    private static final long CLOCK_DIFFERENCE_MS = 600_000;
    /** A setting can be read after a newer one was written, but not long after. */
    private static final int OWN_SETTINGS = 100;

    private final BackfillSetting setting;
    private final ServicePositions services;
    private final ParkedRecords parked;
    private final Timing timing;
    private final LongSupplier clockMs;
    private final LongSupplier monotonicMs;

    /** Settings that are not someone else's: the one that this resume began with, and those that it has put. */
    private final Deque<NamedBackfill> own = new ArrayDeque<>();

    private NamedBackfill now;
    /** The time since which services may know of the setting, by the monotonic clock. */
    private long sinceMs;

    private Phase phase;
    /** The ends to which the current step copies; null if it has not begun. */
    private SortedMap<Integer, Long> target;
    /** By group, what the writers had not read when the current step began. */
    private SortedMap<String, Long> unread = Collections.emptySortedMap();
    /** What the routers had committed when the current round began. */
    private SortedMap<Integer, Long> routed;
    /** The topic to which these offsets belong. */
    private TopicIdentity source;

    /** The owners of the partitions of the source when the last round, and the current round, began. */
    private String owners = "";

    private String ownersNow = "";
    private long copiedBefore;
    /** Whether a round has ended since this phase began. */
    private boolean hasCopied;
    /** Whether the offsets that were published last are after every parked record. */
    private boolean coversAll;

    private long lastLookUntilMs;

    /**
     * Begins, or continues what another resume has begun.
     *
     * @param begin the current setting
     * @param clockMs the time of new settings, in ms since 1970
     * @param monotonicMs the time of waits, in ms; only differences are meaningful
     */
    Resume(
            NamedBackfill begin,
            BackfillSetting setting,
            ServicePositions services,
            ParkedRecords parked,
            Timing timing,
            LongSupplier clockMs,
            LongSupplier monotonicMs) {
        this.setting = setting;
        this.services = services;
        this.parked = parked;
        this.timing = timing;
        this.clockMs = clockMs;
        this.monotonicMs = monotonicMs;
        // Another machine may have put the setting. If its clock and this one can make the difference, nothing has
        // passed.
        long ageMs = clockMs.getAsLong() - begin.setAtMs();
        this.sinceMs = monotonicMs.getAsLong() - (ageMs >= CLOCK_DIFFERENCE_MS + timing.pausing ? ageMs : 0);
        this.now = begin;
        this.own.add(begin);
        this.phase = first(begin);
        if (phase == Phase.LAST_LOOK) {
            lastLookUntilMs = sinceMs + timing.lastLook;
        }
    }

    private static Phase first(NamedBackfill begin) {
        return switch (begin.state()) {
            case PAUSED, CANCELLED -> Phase.PAUSING;
            // Nothing is published before everything that writers have parked is copied.
            case RESUMING -> begin.copiedTo().isEmpty() ? Phase.ANNOUNCED : Phase.ROUTERS;
            case RESUMED -> Phase.LAST_LOOK;
        };
    }

    Phase phase() {
        return phase;
    }

    /** The setting that is in effect. */
    NamedBackfill now() {
        return now;
    }

    /** How long the wait of the current phase still takes, in ms; 0 if it does not wait for a time. */
    long leftMs() {
        return switch (phase) {
            case PAUSING -> Math.max(0, leftMs(timing.pausing));
            case ANNOUNCED -> Math.max(0, leftMs(timing.announced));
            case LAST_LOOK -> Math.max(0, lastLookUntilMs - monotonicMs.getAsLong());
            default -> 0;
        };
    }

    /** By group, the number of offsets that the writers have to read before what routers have parked is copied. */
    SortedMap<String, Long> unread() {
        return unread;
    }

    /**
     * Takes the next step. May copy for a long time.
     *
     * @return how long to wait before the next one, in ms; empty if there is none
     * @throws SupersededException if another command has changed the setting
     */
    OptionalLong step() {
        if (!isCurrent()) {
            throw new SupersededException(setting.current());
        }
        switch (phase) {
            case PAUSING -> {
                long leftMs = leftMs(timing.pausing);
                if (leftMs > 0) {
                    return OptionalLong.of(Math.min(timing.poll, leftMs));
                }
                phase = Phase.COMPLETING;
            }
            case COMPLETING -> {
                if (now.discards() ? discard() : parked.complete(this::isCurrent)) {
                    announce();
                }
            }
            case ANNOUNCED -> {
                long leftMs = leftMs(timing.announced);
                if (leftMs > 0) {
                    return OptionalLong.of(Math.min(timing.poll, leftMs));
                }
                // Writers discard what was on the lane, so that nothing of it has to be copied first.
                phase = now.discards() ? Phase.ROUTERS : Phase.WRITERS;
            }
            case WRITERS -> {
                return OptionalLong.of(copyOfWriters());
            }
            case ROUTERS -> {
                return OptionalLong.of(round());
            }
            case LAST_LOOK -> {
                return lastLook();
            }
            case DONE -> {
                return OptionalLong.empty();
            }
        }
        return OptionalLong.of(0);
    }

    /** False if another command has changed the setting. */
    private boolean isCurrent() {
        return setting.current().filter(own::contains).isPresent();
    }

    /** How much of a time since the last change of the setting is left. */
    private long leftMs(long limitMs) {
        return sinceMs + limitMs - monotonicMs.getAsLong();
    }

    private void put(NamedBackfill next) {
        own.add(next);
        if (own.size() > OWN_SETTINGS) {
            own.remove();
        }
        setting.put(next);
        now = next;
        sinceMs = monotonicMs.getAsLong();
    }

    /** @return false if it was stopped */
    private boolean discard() {
        if (target == null) {
            target = services.parkedEnds();
        }
        for (ParkedBy by : ParkedBy.values()) {
            if (!parked.discard(by, target, this::isCurrent)) {
                return false;
            }
        }
        target = null;
        return true;
    }

    private void announce() {
        // In this order: offsets with the identity of another topic have no effect.
        TopicIdentity lane = services.lane();
        SortedMap<Integer, Long> writeFrom = services.laneEnds();
        put(now.resuming(writeFrom, Map.of(), clockMs.getAsLong())
                .withLane(lane)
                .withSource(null));
        phase = Phase.ANNOUNCED;
    }

    /** @return the time to wait, in ms */
    private long copyOfWriters() {
        if (target == null) {
            unread = services.unread(now.writeFrom());
            if (unread.values().stream().anyMatch(left -> left > 0)) {
                return timing.poll;
            }
            // After that: what the writers have read is parked and acknowledged.
            target = services.parkedEnds();
        }
        if (parked.copy(ParkedBy.WRITER, target, this::isCurrent)) {
            target = null;
            phase = Phase.ROUTERS;
        }
        return 0;
    }

    /** @return the time to wait, in ms */
    private long round() {
        if (target == null) {
            ownersNow = services.owners();
            source = services.source();
            // In this order: what the routers have committed is parked, and so before the ends.
            routed = services.routed();
            target = services.parkedEnds();
            copiedBefore = parked.copied();
        }
        if (!parked.copy(ParkedBy.WRITER, target, this::isCurrent)
                || !parked.copy(ParkedBy.ROUTER, target, this::isCurrent)) {
            return 0;
        }
        target = null;
        boolean quiet = parked.copied() == copiedBefore;
        if (quiet && coversAll && ownersNow.equals(owners) && ownersNow.equals(services.owners())) {
            put(now.resumed(routed, clockMs.getAsLong()).withSource(source));
            lastLookUntilMs = monotonicMs.getAsLong() + timing.lastLook;
            phase = Phase.LAST_LOOK;
            return 0;
        }
        put(now.resuming(now.writeFrom(), routed, clockMs.getAsLong()).withSource(source));
        // Nothing was parked since the last round, so that these offsets are after all that was ever parked.
        coversAll = quiet && hasCopied;
        hasCopied = true;
        owners = ownersNow;
        return timing.round;
    }

    private OptionalLong lastLook() {
        if (parked.anyLeft(services.parkedEnds())) {
            put(now.resuming(now.writeFrom(), now.copiedTo(), clockMs.getAsLong()));
            hasCopied = false;
            coversAll = false;
            phase = Phase.ROUTERS;
            return OptionalLong.of(0);
        }
        if (monotonicMs.getAsLong() >= lastLookUntilMs) {
            phase = Phase.DONE;
            return OptionalLong.empty();
        }
        return OptionalLong.of(LAST_LOOK_POLL_MS);
    }
}
