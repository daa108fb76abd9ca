package io.sidetrack.ops.deadletter;

import io.sidetrack.common.control.DeadLetterReplay;
import java.util.function.Consumer;

/** Records who replays what, and when: before anything is replayed, and at the end. Not thread-safe. */
final class ReplayAudit {
    private final DeadLetterReplay run;
    private final Consumer<DeadLetterReplay> records;
    private boolean begun;

    /**
     * An audit of a run, of which nothing is recorded yet.
     *
     * @param records returns when a record is acknowledged
     */
    ReplayAudit(DeadLetterReplay run, Consumer<DeadLetterReplay> records) {
        this.run = run;
        this.records = records;
    }

    /** Records the run, unless that is done. A run that finds nothing to replay is not recorded. */
    void begin() {
        if (!begun) {
            records.accept(run);
            begun = true;
        }
    }

    /** True if the run is recorded. */
    boolean hasBegun() {
        return begun;
    }

    /** Records the end of a run that is recorded. */
    void end(DeadLetterReplay.End end) {
        records.accept(run.ended(end));
    }
}
