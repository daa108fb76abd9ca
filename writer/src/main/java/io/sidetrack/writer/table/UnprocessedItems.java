package io.sidetrack.writer.table;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds the writes of a batch that DynamoDB did not process. */
final class UnprocessedItems {
    private static final Outcome WRITTEN = new Outcome.Written();
    private static final Outcome AGAIN = new Outcome.Retry(RetryCause.UNPROCESSED);

    private UnprocessedItems() {}

    /**
     * @param leftOver the keys that DynamoDB returned as unprocessed
     * @param countedUnits the write units that it reported as consumed
     */
    static BatchOutcome outcome(Batch batch, List<ItemKey> leftOver, double countedUnits) {
        if (leftOver.isEmpty()) {
            return new BatchOutcome.Each(Collections.nCopies(batch.writes().size(), WRITTEN), countedUnits);
        }
        Set<ItemKey> keys = new HashSet<>(leftOver);
        List<Outcome> outcomes = new ArrayList<>(batch.writes().size());
        int found = 0;
        for (Write write : batch.writes()) {
            boolean again = keys.contains(write.key());
            found += again ? 1 : 0;
            outcomes.add(again ? AGAIN : WRITTEN);
        }
        // If a key does not match, it is unknown which write it stands for, so none may count as written.
        return found == leftOver.size()
                ? new BatchOutcome.Each(outcomes, countedUnits)
                : new BatchOutcome.RetryAll(RetryCause.UNPROCESSED);
    }
}
