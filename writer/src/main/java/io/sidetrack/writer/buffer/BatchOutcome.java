package io.sidetrack.writer.buffer;

import java.util.List;

/** The outcome of a batch. */
public sealed interface BatchOutcome {
    /** Calls the method for this kind. A new kind does not compile until every caller handles it. */
    void match(Cases cases);

    /** One method for each kind of outcome. */
    interface Cases {
        /** Each write has its own outcome, in the order of the batch's writes. */
        void each(List<Outcome> outcomes, double countedUnits);

        /** It is unknown whether anything was written; all writes must be retried. */
        void retryAll(RetryCause cause);

        /** DynamoDB rejected the whole call because of its content, without naming the item. Nothing was written. */
        void refused(String message);
    }

    /**
     * Each write has its own outcome, in the order of the batch's writes.
     *
     * @param countedUnits the write units that DynamoDB reported as consumed, in total for all calls of the batch; 0 if it
     *     reported none
     */
    record Each(List<Outcome> outcomes, double countedUnits) implements BatchOutcome {
        @Override
        public void match(Cases cases) {
            cases.each(outcomes, countedUnits);
        }
    }

    /** It is unknown whether anything was written; all writes must be retried. */
    record RetryAll(RetryCause cause) implements BatchOutcome {
        @Override
        public void match(Cases cases) {
            cases.retryAll(cause);
        }
    }

    /**
     * DynamoDB rejected the whole call because of its content, without naming the item. Nothing was written.
     *
     * @param message the reason; contains no value of the items
     */
    record Refused(String message) implements BatchOutcome {
        @Override
        public void match(Cases cases) {
            cases.refused(message);
        }
    }
}
