package io.sidetrack.ops.deadletter;

import io.sidetrack.ops.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Counts what becomes of the selected dead letters. Not thread-safe. */
final class ReplayTally {
    private final ReplayRefusals refusals;
    /** The replayed dead letters by target, and by reason. */
    private final Map<String, Map<String, Long>> replayed = new TreeMap<>();

    private final Set<String> reasons = new TreeSet<>();
    private long before;
    private long found;
    private long exhausted;
    private long withoutSource;
    private boolean isComplete;

    ReplayTally(ReplayRefusals refusals) {
        this.refusals = refusals;
    }

    /** Counts a dead letter that an earlier replay has replayed. */
    void addReplayedBefore() {
        before++;
    }

    /** Counts a dead letter that is not replayed yet. */
    void addFound() {
        found++;
    }

    /** True if there is one that is not replayed yet. */
    boolean hasFound() {
        return found > 0;
    }

    /** Counts one that was replayed too often. */
    void addExhausted() {
        exhausted++;
    }

    /** Counts one whose source topic is unknown. */
    void addWithoutSource() {
        withoutSource++;
    }

    /** Notes that all selected dead letters were read. */
    void setComplete() {
        isComplete = true;
    }

    /** Counts one that is replayed. */
    void addReplayed(ReplayRecord record) {
        String reason = Reasons.limited(record.deadLetter(), reasons);
        reasons.add(reason);
        replayed.computeIfAbsent(record.target(), none -> new TreeMap<>()).merge(reason, 1L, Long::sum);
    }

    /** The replayed dead letters, by target. */
    Map<String, Long> byTarget() {
        Map<String, Long> byTarget = new TreeMap<>();
        replayed.forEach((target, counts) -> byTarget.put(target, sum(counts)));
        return byTarget;
    }

    private static long sum(Map<String, Long> counts) {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** The number of replayed dead letters. */
    long replayed() {
        return sum(byTarget());
    }

    /** The number of dead letters that cannot be replayed. */
    long refused() {
        return refusals.count();
    }

    /** The number of dead letters that were left alone. */
    long skipped() {
        return exhausted + withoutSource;
    }

    /** The number of dead letters that were found and are still not replayed. */
    private long left() {
        return found - replayed();
    }

    /**
     * The tally, and a remedy for each kind of dead letter that was not replayed.
     *
     * @param verb such as "replayed"
     * @param maxAttempts the number of replays after which a dead letter is left alone
     */
    List<String> lines(String verb, int maxAttempts) {
        List<String> lines = new ArrayList<>();
        replayed.forEach((target, counts) -> lines.add(text(
                "%s %,d to %s: %s",
                verb,
                sum(counts),
                target,
                counts.entrySet().stream()
                        .map(count -> text("%,d %s", count.getValue(), count.getKey()))
                        .collect(Collectors.joining(", ")))));
        if (refused() > 0) {
            lines.add(text("refused %,d: see the lines above for the reasons", refused()));
        }
        if (exhausted > 0) {
            lines.add(text(
                    "skipped %,d: already replayed %d times or more; --max-attempts allows more",
                    exhausted, maxAttempts));
        }
        if (withoutSource > 0) {
            lines.add(text(
                    "skipped %,d: no header names their source topic; --to-topic sets a topic for them",
                    withoutSource));
        }
        if (found == 0) {
            lines.add(text("nothing to replay; %,d were replayed before", before));
        } else {
            lines.add(text(
                    isComplete
                            ? "left %,d of %,d; %,d were replayed before"
                            : "left %,d of the %,d that were read so far; %,d were replayed before",
                    left(),
                    found,
                    before));
        }
        return lines;
    }

    /** The tally for programs. */
    JsonObject json() {
        return new JsonObject()
                .put("replayed", replayed)
                .put("refused", refused())
                .put("exhausted", exhausted)
                .put("withoutSource", withoutSource)
                .put("left", left())
                .put("found", found)
                .put("replayedBefore", before)
                .put("complete", isComplete);
    }

    private static String text(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    /**
     * The exit code.
     *
     * @return 1 if dead letters were refused, or all that were found were skipped
     */
    int exitCode() {
        return refused() > 0 || (found > 0 && skipped() == found) ? 1 : 0;
    }
}
