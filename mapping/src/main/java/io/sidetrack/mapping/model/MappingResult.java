package io.sidetrack.mapping.model;

/** The result of mapping a record: a write, or a rejection. */
public sealed interface MappingResult {
    /** Calls the method for this kind. A new kind does not compile until every caller handles it. */
    void match(Cases cases);

    /** One method for each kind of result. */
    interface Cases {
        /** The record can be written. */
        void accepted(Write write);

        /** The record cannot be written, and a retry would not help. */
        void rejected(SourceRecord source, Rejection rejection);
    }

    /** The record can be written. */
    record Accepted(Write write) implements MappingResult {
        @Override
        public void match(Cases cases) {
            cases.accepted(write);
        }
    }

    /** The record cannot be written, and a retry would not help. */
    record Rejected(SourceRecord source, Rejection rejection) implements MappingResult {
        @Override
        public void match(Cases cases) {
            cases.rejected(source, rejection);
        }
    }
}
