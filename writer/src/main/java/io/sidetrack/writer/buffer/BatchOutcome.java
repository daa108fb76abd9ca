package io.sidetrack.writer.buffer;

import java.util.List;

/** What became of a batch. */
public sealed interface BatchOutcome {
    /** Answers by kind; a new kind does not compile until every place has an answer to it. */
    void match(Cases cases);

    /** One answer for each kind. */
    interface Cases {
        /** Each write has its own outcome, in the order of the batch's writes. */
        void each(List<Outcome> outcomes, double countedUnits);

        /** Nothing is known to be written; all of it is to be tried again. */
        void retryAll(RetryCause cause);

        /** DynamoDB refused the call as a whole for what is in it, and says not which item: nothing was written. */
        void refused(String message);
    }

    /**
     * Each write has its own outcome, in the order of the batch's writes.
     *
     * @param countedUnits write units that DynamoDB reported as consumed, over all calls that the batch took; 0 if it
     *     reported none
     */
    record Each(List<Outcome> outcomes, double countedUnits) implements BatchOutcome {
        @Override
        public void match(Cases cases) {
            cases.each(outcomes, countedUnits);
        }
    }

    /** Nothing is known to be written; all of it is to be tried again. */
    record RetryAll(RetryCause cause) implements BatchOutcome {
        @Override
        public void match(Cases cases) {
            cases.retryAll(cause);
        }
    }

    /**
     * DynamoDB refused the call as a whole for what is in it, and says not which item: nothing was written.
     *
     * @param message why, without any value
     */
    record Refused(String message) implements BatchOutcome {
        @Override
        public void match(Cases cases) {
            cases.refused(message);
        }
    }
}
