package io.sidetrack.ops.deadletter;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Decides for each dead letter whether it is replayed, skipped or refused. Not thread-safe. */
final class Replay {
    private final ReplayTargets targets;
    private final int maxAttempts;
    private final ReplayBatches batches;
    private final ReplayRefusals refusals;
    private long found;
    private long exhausted;
    private long withoutSource;

    Replay(ReplayTargets targets, int maxAttempts, ReplayBatches batches, ReplayRefusals refusals) {
        this.targets = targets;
        this.maxAttempts = maxAttempts;
        this.batches = batches;
        this.refusals = refusals;
    }

    /** Adds the next dead letter that is not yet replayed. */
    void add(DeadLetter deadLetter) {
        found++;
        if (deadLetter.attempts() >= maxAttempts) {
            exhausted++;
            return;
        }
        ReplayTargets.Target target = targets.of(deadLetter);
        if (target instanceof ReplayTargets.To to) {
            batches.add(deadLetter, to.topic());
        } else if (target instanceof ReplayTargets.Nowhere nowhere) {
            refusals.add(deadLetter, nowhere.reason());
        } else {
            withoutSource++;
        }
    }

    /** Describes the dead letters that were not replayed: one line for each kind, with a remedy. */
    List<String> summary() {
        List<String> lines = new ArrayList<>();
        if (refusals.count() > 0) {
            lines.add(String.format(Locale.ROOT, "refused %,d: see the lines above for the reasons", refusals.count()));
        }
        if (exhausted > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "skipped %,d: already replayed %d times or more; --max-attempts allows more",
                    exhausted,
                    maxAttempts));
        }
        if (withoutSource > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "skipped %,d: no header names their source topic; --to-topic sets a topic for them",
                    withoutSource));
        }
        if (found == 0) {
            lines.add("nothing to replay");
        }
        return lines;
    }

    /**
     * The exit code.
     *
     * @return 1 if dead letters were refused, or all that were found were skipped
     */
    int exitCode() {
        boolean allSkipped = found > 0 && exhausted + withoutSource == found;
        return refusals.count() > 0 || allSkipped ? 1 : 0;
    }
}
