package io.sidetrack.writer.buffer;

/** What became of one write of a batch that DynamoDB answered. */
public sealed interface Outcome {
    /** Answers by kind; a new kind does not compile until every place has an answer to it. */
    void match(Cases cases);

    /** One answer for each kind. */
    interface Cases {
        /** It is durable. */
        void written();

        /** It is not known to be durable, and the same request may succeed later. */
        void retry(RetryCause cause);
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
}
