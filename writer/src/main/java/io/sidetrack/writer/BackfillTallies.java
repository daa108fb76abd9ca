package io.sidetrack.writer;

import io.sidetrack.common.status.BackfillOutcome;
import io.sidetrack.common.status.BackfillTally;
import io.sidetrack.common.status.PartitionTally;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The counts of named backfills by partition, for {@code sidetrack progress}. Thread-safe. */
final class BackfillTallies {
    private final BackfillTally all;
    /** Of the tasks that are open. */
    private final Map<Integer, PartitionTally> byPartition = new ConcurrentHashMap<>();

    BackfillTallies(BackfillTally all) {
        this.all = all;
    }

    PartitionTally open(int partition) {
        PartitionTally tally = all.open(partition);
        byPartition.put(partition, tally);
        return tally;
    }

    /** Counts a finished record. It has no effect for a partition that is closed: its records are read again. */
    void finished(int partition, String name, RecordOutcome outcome) {
        PartitionTally tally = byPartition.get(partition);
        if (tally != null) {
            tally.add(name, BackfillOutcome.valueOf(outcome.name()), 1);
        }
    }

    void close(PartitionTally tally, boolean clean) {
        byPartition.values().remove(tally);
        all.close(tally, clean);
    }
}
