package io.sidetrack.writer.model;

/** What a record became: a write, or a rejection. */
public sealed interface MappingResult {
    /** Answers by kind; a new kind does not compile until every place has an answer to it. */
    void match(Cases cases);

    /** One answer for each kind. */
    interface Cases {
        /** It can be written. */
        void accepted(Write write);

        /** It cannot, and will not at another try. */
        void rejected(SourceRecord source, Rejection rejection);
    }

    /** It can be written. */
    record Accepted(Write write) implements MappingResult {
        @Override
        public void match(Cases cases) {
            cases.accepted(write);
        }
    }

    /** It cannot, and will not at another try. */
    record Rejected(SourceRecord source, Rejection rejection) implements MappingResult {
        @Override
        public void match(Cases cases) {
            cases.rejected(source, rejection);
        }
    }
}
