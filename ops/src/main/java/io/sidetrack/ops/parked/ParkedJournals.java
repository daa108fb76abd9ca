package io.sidetrack.ops.parked;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.copy.CopyRun;
import io.sidetrack.ops.copy.CopySession;
import io.sidetrack.ops.copy.CopyState;
import io.sidetrack.ops.copy.JournalTopic;
import io.sidetrack.ops.copy.Slice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What the journal holds about the parked records of a backfill: one copy of what routers have parked, and one of what writers have.
 * Opening it ends every other command that copies these records. Not thread-safe.
 */
public final class ParkedJournals implements AutoCloseable {
    private final Cluster cluster;
    private final ParkedBackfill backfill;
    private final Optional<String> user;
    private final Map<ParkedBy, CopySession> sessions = new EnumMap<>(ParkedBy.class);

    private ParkedJournals(Cluster cluster, ParkedBackfill backfill, Optional<String> user) {
        this.cluster = cluster;
        this.backfill = backfill;
        this.user = user;
    }

    /**
     * Opens the journals.
     *
     * @param user who calls the command; empty if unknown
     * @param onRefused receives a line for each record that the lane rejects
     * @throws OpsException if transactions cannot begin
     */
    public static ParkedJournals open(
            Cluster cluster,
            JournalTopic journal,
            ParkedBackfill backfill,
            Optional<String> user,
            Consumer<String> onRefused) {
        ParkedJournals journals = new ParkedJournals(cluster, backfill, user);
        try {
            for (ParkedBy by : ParkedBy.values()) {
                journals.sessions.put(by, CopySession.open(cluster, journal, backfill.journalId(by), onRefused));
            }
            return journals;
        } catch (RuntimeException e) {
            journals.close();
            throw e;
        }
    }

    /** What is known about a backfill when its journals are prepared. */
    public enum Before {
        /** It has no setting yet: nothing of it is parked before now. */
        NEVER_PAUSED,
        /** It was resumed: all that was parked is back on the lane, and what was deleted since then is not missing. */
        RESUMED,
        /** Records may be parked. */
        PAUSED;

        /** What is known from the current setting; empty for none. */
        public static Before of(Optional<NamedBackfill> setting) {
            if (setting.isEmpty()) {
                return NEVER_PAUSED;
            }
            return setting.get().state() == NamedBackfill.State.RESUMED ? RESUMED : PAUSED;
        }
    }

    /**
     * Makes the journals fit the topics. If the lane was deleted and created again, what is parked returns to the new one. If the
     * topic for parked records was, all that it contains is to be returned.
     *
     * @return what was found, as notes for the operator
     * @throws StartupException if records may be parked in a topic of another name
     */
    public List<String> prepare(Before before) {
        if (before == Before.PAUSED) {
            requireSameParkedTopic();
        }
        List<String> notes = new ArrayList<>();
        TopicIdentity lane = cluster.topics().identity(backfill.lane().name());
        TopicIdentity parked = cluster.topics().identity(backfill.parked().name());
        SortedMap<Integer, OffsetRange> held = held();
        sessions.forEach((by, session) -> {
            Optional<CopyRun> run = session.earlier().map(CopyState::run);
            if (run.isEmpty()) {
                if (before == Before.PAUSED && holdsAny(held)) {
                    note(
                            notes,
                            ("the journal has nothing about %s; if it was deleted, records that were parked and returned before"
                                            + " return once more")
                                    .formatted(backfill.name()));
                }
                session.begin(plan(by, held, at -> before == Before.PAUSED ? at.start() : at.end()));
            } else if (!run.get().slice().topic().equals(backfill.parked().name())) {
                // All that was parked in the former topic is back on the lane.
                session.begin(plan(by, held, OffsetRange::end));
            } else if (!run.get().source().matches(parked)) {
                note(notes, backfill.parked().name() + " was deleted and created again: what was parked in it is gone");
                session.begin(plan(by, held, OffsetRange::start));
            } else if (!run.get().targetIdentity().matches(lane)) {
                note(
                        notes,
                        backfill.lane().name()
                                + " was deleted and created again: what is parked will return to the new one");
                restart(by, session, held);
            } else if (before == Before.RESUMED && deleted().isPresent()) {
                restart(by, session, held);
            }
        });
        return notes;
    }

    private static boolean holdsAny(SortedMap<Integer, OffsetRange> held) {
        return held.values().stream().anyMatch(range -> range.length() > 0);
    }

    private static void note(List<String> notes, String note) {
        if (!notes.contains(note)) {
            notes.add(note);
        }
    }

    /**
     * Requires that the lane is the one for which the backfill was resumed: the offsets in its setting belong to it.
     *
     * @param resumed the setting
     * @throws OpsException if it was deleted and created again
     */
    public void requireSameLane(NamedBackfill resumed) {
        TopicIdentity lane = cluster.topics().identity(backfill.lane().name());
        if (!resumed.isOfLane(lane)
                || runs().anyMatch(run -> !run.targetIdentity().matches(lane))) {
            throw new OpsException(
                    ("%s was deleted and created again since %s was resumed; `sidetrack backfill pause` with this name adapts"
                                    + " to the new one, then resume it again")
                            .formatted(backfill.lane().name(), backfill.name()));
        }
    }

    /** What the other topic holds would never return, and this one from its beginning. */
    private void requireSameParkedTopic() {
        String topic = backfill.parked().name();
        runs().map(run -> run.slice().topic())
                .filter(former -> !former.equals(topic))
                .findFirst()
                .ifPresent(former -> {
                    throw new StartupException(
                            "--parked=" + topic,
                            "the journal shows that records of %s are parked in %s".formatted(backfill.name(), former),
                            "Name that topic, here or in ROUTER_PARKED_TOPIC.");
                });
    }

    /** True if the topic for parked records was deleted and created again since records were parked in it. */
    public boolean isParkedTopicReplaced() {
        TopicIdentity parked = cluster.topics().identity(backfill.parked().name());
        return runs().filter(run -> run.slice().topic().equals(backfill.parked().name()))
                .anyMatch(run -> !run.source().matches(parked));
    }

    private Stream<CopyRun> runs() {
        return sessions.values().stream().flatMap(session -> session.earlier().map(CopyState::run).stream());
    }

    /**
     * The part of the topic for parked records that was deleted before it was copied.
     *
     * @return a text such as {@code up to 70 records (partition 0: offsets 10 to 79)}; empty if nothing is missing
     */
    public Optional<String> deleted() {
        SortedMap<Integer, OffsetRange> held = held();
        SortedMap<Integer, OffsetRange> gone = new TreeMap<>();
        sessions.values().forEach(session -> session.earlier()
                .ifPresent(state -> held.forEach((partition, now) -> {
                    long next = next(state, partition, now);
                    if (next < now.start()) {
                        gone.merge(
                                partition,
                                new OffsetRange(next, now.start()),
                                (one, other) -> new OffsetRange(Math.min(one.start(), other.start()), one.end()));
                    }
                })));
        if (gone.isEmpty()) {
            return Optional.empty();
        }
        Map.Entry<Integer, OffsetRange> first = gone.entrySet().iterator().next();
        return Optional.of(String.format(
                Locale.ROOT,
                "up to %,d records (partition %d: offsets %d to %d%s)",
                gone.values().stream().mapToLong(OffsetRange::length).sum(),
                first.getKey(),
                first.getValue().start(),
                first.getValue().end() - 1,
                gone.size() == 1 ? "" : ", and in %d more partitions".formatted(gone.size() - 1)));
    }

    /** Leaves out what was deleted. */
    public void skipDeleted() {
        SortedMap<Integer, OffsetRange> held = held();
        sessions.forEach((by, session) -> restart(by, session, held));
    }

    /** Begins a new run that continues where the last one is. */
    private void restart(ParkedBy by, CopySession session, SortedMap<Integer, OffsetRange> held) {
        CopyState state = session.earlier().orElseThrow();
        SortedMap<Integer, OffsetRange> left = new TreeMap<>();
        held.forEach((partition, now) -> {
            long from = Math.max(now.start(), Math.min(now.end(), next(state, partition, now)));
            // What was to be copied stays to be copied.
            OffsetRange range = state.run().slice().ranges().getOrDefault(partition, new OffsetRange(from, from));
            left.put(partition, new OffsetRange(from, Math.max(from, Math.min(now.end(), range.end()))));
        });
        session.begin(plan(by, left));
    }

    /** The first offset of a partition that is neither copied nor discarded. */
    private static long next(CopyState state, int partition, OffsetRange now) {
        return state.run().slice().ranges().containsKey(partition)
                ? state.progress(partition).next()
                : now.start();
    }

    private SortedMap<Integer, OffsetRange> held() {
        return cluster.ranges(backfill.parked().name(), backfill.parked().partitions());
    }

    private CopySession.Plan plan(
            ParkedBy by, SortedMap<Integer, OffsetRange> held, java.util.function.ToLongFunction<OffsetRange> from) {
        SortedMap<Integer, OffsetRange> begin = new TreeMap<>();
        held.forEach((partition, range) -> {
            long start = from.applyAsLong(range);
            begin.put(partition, new OffsetRange(start, start));
        });
        return plan(by, begin);
    }

    /** The plan of a copy of these ranges. */
    CopySession.Plan plan(ParkedBy by, SortedMap<Integer, OffsetRange> ranges) {
        return new CopySession.Plan(
                backfill.request(by),
                new Slice(backfill.parked().name(), ranges),
                backfill.lane().name(),
                backfill.lane().partitions(),
                user.orElse(null));
    }

    CopySession session(ParkedBy by) {
        return sessions.get(by);
    }

    @Override
    public void close() {
        sessions.values().forEach(CopySession::close);
    }
}
