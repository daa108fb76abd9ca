package io.sidetrack.ops.deadletter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Sorts the letters of a dead-letter topic into those to replay, those to leave alone and those to refuse. Not thread-safe. */
final class Replay {
    private final ReplayTargets targets;
    private final int maxAttempts;
    private final ReplayBatches batches;
    private final RefusedDeadLetters refusals;
    private long found;
    private long oftenReplayed;
    private long withoutOrigin;

    Replay(ReplayTargets targets, int maxAttempts, ReplayBatches batches, RefusedDeadLetters refusals) {
        this.targets = targets;
        this.maxAttempts = maxAttempts;
        this.batches = batches;
        this.refusals = refusals;
    }

    /** The next letter that is not replayed yet. */
    void add(DeadLetter letter) {
        found++;
        if (letter.attempts() >= maxAttempts) {
            oftenReplayed++;
            return;
        }
        ReplayTargets.Target target = targets.of(letter);
        if (target instanceof ReplayTargets.To to) {
            batches.add(letter, to.topic());
        } else if (target instanceof ReplayTargets.Nowhere nowhere) {
            refusals.add(letter, nowhere.reason());
        } else {
            withoutOrigin++;
        }
    }

    /** What became of the letters that were not replayed, one line for each kind, with the remedy. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        if (refusals.count() > 0) {
            lines.add(
                    String.format(Locale.ROOT, "refused %,d: each is named above, with the reason", refusals.count()));
        }
        if (oftenReplayed > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "left %,d alone: replayed %d times before or more; --max-attempts allows more",
                    oftenReplayed,
                    maxAttempts));
        }
        if (withoutOrigin > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "left %,d alone: without a header that says where they came from; --to-topic sends them somewhere",
                    withoutOrigin));
        }
        if (found == 0) {
            lines.add("nothing to replay");
        }
        return lines;
    }

    /**
     * The exit code.
     *
     * @return 1 if letters were refused, or letters were found and all of them left alone
     */
    int exitCode() {
        boolean allLeftAlone = found > 0 && oftenReplayed + withoutOrigin == found;
        return refusals.count() > 0 || allLeftAlone ? 1 : 0;
    }
}
