package io.sidetrack.writer.buffer;

/** What became of one write of a batch that DynamoDB answered. */
public sealed interface Outcome {
    /** Answers by kind; a new kind does not compile until every place has an answer to it. */
    void match(Cases cases);

    /** One answer for each kind. */
    interface Cases {
        /** It is durable. */
        void written();

        /** The table keeps what it has: the guard found that to be newer, or there first. */
        void stale(double writeUnits);

        /** It is not known to be durable, and the same request may succeed later. */
        void retry(RetryCause cause);

        /** DynamoDB refused this write, and it alone. */
        void refused(String message);
    }

    /** It is durable. */
    record Written() implements Outcome {
        @Override
        public void match(Cases cases) {
            cases.written();
        }
    }

    /** It is not known to be durable, and the same request may succeed later. */
    record Retry(RetryCause cause) implements Outcome {
        @Override
        public void match(Cases cases) {
            cases.retry(cause);
        }
    }

    /**
     * The table keeps what it has: the guard found that to be newer, or there first.
     *
     * @param writeUnits the cost of the failed condition, beyond what {@link BatchOutcome.Each#countedUnits} includes.
     *     DynamoDB charges for it by the size of the larger of the two items and does not report it. 0 if no call was made
     */
    record Stale(double writeUnits) implements Outcome {
        @Override
        public void match(Cases cases) {
            cases.stale(writeUnits);
        }
    }

    /**
     * DynamoDB refused this write, and it alone.
     *
     * @param message why, without any value
     */
    record Refused(String message) implements Outcome {
        @Override
        public void match(Cases cases) {
            cases.refused(message);
        }
    }
}
