package io.sidetrack.ops.deadletter;

/** Decides for each dead letter whether it is replayed, skipped or refused. Not thread-safe. */
final class Replay {
    private final ReplayTargets targets;
    private final int maxAttempts;
    private final ReplayBatches batches;
    private final ReplayRefusals refusals;
    private final ReplayTally tally;

    Replay(ReplayTargets targets, int maxAttempts, ReplayBatches batches, ReplayRefusals refusals, ReplayTally tally) {
        this.targets = targets;
        this.maxAttempts = maxAttempts;
        this.batches = batches;
        this.refusals = refusals;
        this.tally = tally;
    }

    /** Adds the next dead letter that is not yet replayed. */
    void add(DeadLetter deadLetter) {
        tally.addFound();
        if (deadLetter.attempts() >= maxAttempts) {
            tally.addExhausted();
            return;
        }
        ReplayTargets.Target target = targets.of(deadLetter);
        if (target instanceof ReplayTargets.To to) {
            batches.add(deadLetter, to.topic());
        } else if (target instanceof ReplayTargets.Nowhere nowhere) {
            refusals.add(deadLetter, nowhere.reason());
        } else {
            tally.addWithoutSource();
        }
    }
}
