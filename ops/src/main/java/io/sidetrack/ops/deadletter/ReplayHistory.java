package io.sidetrack.ops.deadletter;

import io.sidetrack.common.control.DeadLetterReplay;
import io.sidetrack.common.topic.TopicIdentity;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The replays of a dead-letter topic, and which of them has made a mark: the last one that started at the offset of the mark or
 * before it. After its end, marks are those of an earlier version, which recorded nothing. Not thread-safe.
 */
final class ReplayHistory {
    private final List<DeadLetterReplay> runs;
    /** By partition, the runs by the offset where their marks start. */
    private final Map<Integer, NavigableMap<Long, DeadLetterReplay>> byStart = new HashMap<>();

    private final Map<DeadLetterReplay, Long> marks = new LinkedHashMap<>();
    private final Map<DeadLetterReplay, Instant> lastMarks = new HashMap<>();
    private long unknown;

    /**
     * The history of a topic.
     *
     * @param all the recorded runs, in the order in which they started
     * @param identity the topic's identity; runs of another topic with the same name do not count
     */
    ReplayHistory(List<DeadLetterReplay> all, TopicIdentity identity) {
        this.runs = all.stream().filter(run -> run.identity().matches(identity)).toList();
        runs.forEach(run -> marks.put(run, 0L));
    }

    /** The runs, in the order in which they started. */
    List<DeadLetterReplay> runs() {
        return runs;
    }

    /**
     * Counts a mark.
     *
     * @param offset the offset of the mark itself
     * @param at when it was made
     * @return the run that has made it; empty if that is not recorded
     */
    Optional<DeadLetterReplay> add(int partition, long offset, Instant at) {
        Optional<DeadLetterReplay> run = runOf(partition, offset);
        if (run.isPresent()) {
            marks.merge(run.get(), 1L, Long::sum);
            lastMarks.merge(run.get(), at, (one, other) -> one.isAfter(other) ? one : other);
        } else {
            unknown++;
        }
        return run;
    }

    private Optional<DeadLetterReplay> runOf(int partition, long offset) {
        NavigableMap<Long, DeadLetterReplay> starts = byStart.computeIfAbsent(partition, this::starts);
        return Optional.ofNullable(starts.floorEntry(offset))
                .map(Map.Entry::getValue)
                .filter(run ->
                        run.end() == null || offset < run.end().offsets().getOrDefault(partition, Long.MAX_VALUE));
    }

    /** A run that made no mark before the next one started has the same start, and is replaced by that one. */
    private NavigableMap<Long, DeadLetterReplay> starts(int partition) {
        NavigableMap<Long, DeadLetterReplay> starts = new TreeMap<>();
        runs.forEach(run -> starts.put(run.starts().getOrDefault(partition, 0L), run));
        return starts;
    }

    /** The number of dead letters that a run has replayed. */
    long marksOf(DeadLetterReplay run) {
        return marks.get(run);
    }

    /** When a run replayed its last dead letter; empty if it has replayed none. */
    Optional<Instant> lastMarkOf(DeadLetterReplay run) {
        return Optional.ofNullable(lastMarks.get(run));
    }

    /**
     * The time before which a run has ended that has not recorded its end, because its process was killed or could not reach the
     * control topic: the start of the next run, which lets no other one continue.
     *
     * @return empty if the end is recorded, or the run may be active
     */
    Optional<Instant> endedBefore(DeadLetterReplay run) {
        int next = runs.indexOf(run) + 1;
        return run.end() != null || next == runs.size()
                ? Optional.empty()
                : Optional.of(Instant.ofEpochMilli(runs.get(next).startedAtMs()));
    }

    /** The number of dead letters that were replayed by runs that are not recorded. */
    long unknown() {
        return unknown;
    }
}
