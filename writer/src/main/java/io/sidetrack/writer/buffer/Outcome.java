package io.sidetrack.writer.buffer;

/** The outcome of one write of a batch. */
public sealed interface Outcome {
    /** Calls the method for this kind. A new kind does not compile until every caller handles it. */
    void match(Cases cases);

    /** One method for each kind of outcome. */
    interface Cases {
        /** The write is durable. */
        void written();

        /** The write was skipped: the table has a newer item, or any item at all if existing items are kept. */
        void stale(double writeUnits);

        /** It is unknown whether the write took effect, and a retry may succeed. */
        void retry(RetryCause cause);

        /** DynamoDB rejected this write alone. */
        void refused(String message);
    }

    /** The write is durable. */
    record Written() implements Outcome {
        @Override
        public void match(Cases cases) {
            cases.written();
        }
    }

    /** It is unknown whether the write took effect, and a retry may succeed. */
    record Retry(RetryCause cause) implements Outcome {
        @Override
        public void match(Cases cases) {
            cases.retry(cause);
        }
    }

    /**
     * The write was skipped: the table has a newer item, or any item at all if existing items are kept.
     *
     * @param writeUnits the cost of the failed condition that {@link BatchOutcome.Each#countedUnits} does not include.
     *     DynamoDB charges it by the size of the larger of the two items, and does not report it. 0 if no call was made
     */
    record Stale(double writeUnits) implements Outcome {
        @Override
        public void match(Cases cases) {
            cases.stale(writeUnits);
        }
    }

    /**
     * DynamoDB rejected this write alone.
     *
     * @param message the reason; contains no value of the item
     */
    record Refused(String message) implements Outcome {
        @Override
        public void match(Cases cases) {
            cases.refused(message);
        }
    }
}
