package io.sidetrack.writer.table;

import java.util.Optional;

/** The result of one statement of a batch. */
sealed interface StatementResult {
    /**
     * It took effect.
     *
     * @param leavesOthers whether the item had, or may have had, attributes that the statement has neither set nor removed, which
     *     another program must have added
     */
    record Applied(boolean leavesOthers) implements StatementResult {}

    /** An INSERT failed because the key exists. */
    record KeyExists() implements StatementResult {}

    /**
     * An UPDATE failed because of its condition.
     *
     * @param existing the item; empty if the key does not exist
     */
    record ConditionFailed(Optional<StoredItem> existing) implements StatementResult {}

    /** It failed for another reason. */
    record Failed(StatementError error) implements StatementResult {}
}
