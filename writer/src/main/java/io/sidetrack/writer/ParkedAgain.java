package io.sidetrack.writer;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.mapping.model.SourceRecord;

/**
 * Reports records that are parked although their backfill is resumed. A group reads records from before the offsets of the resume
 * when it is new, such as that of a further table, or was reset. They are parked, because older ones of the same key may be parked
 * as well; but no command waits for them any more. Thread-safe.
 */
final class ParkedAgain {
    private static final String PROBLEM = "records of resumed backfills are parked";

    private final ProblemLog problems;

    ParkedAgain(ProblemLog problems) {
        this.problems = problems;
    }

    /** A record is going to be parked. */
    void parks(SourceRecord record, NamedBackfill setting) {
        if (setting.state() == NamedBackfill.State.RESUMED) {
            problems.report(
                    PROBLEM,
                    ("%s: parked, although its backfill is resumed, because it was on the lane before; records of one backfill"
                                    + " stay in order, and older ones may be parked. `sidetrack backfill status` shows the name"
                                    + " of the backfill, and `sidetrack backfill resume` with that name returns the record")
                            .formatted(record.position()));
        }
    }
}
