package io.sidetrack.writer.buffer;

/** The result for one record of a batch that was sent to the parked topic. */
public sealed interface ParkResult {
    /** Calls the method for this kind. A new kind does not compile until every caller handles it. */
    void match(Cases cases);

    /** One method for each kind of result. */
    interface Cases {
        /** The topic has acknowledged the record. */
        void parked();

        /** The topic can never accept this record, but others. */
        void refused(String message);

        /** It is unknown whether the topic has the record, and a retry may succeed. */
        void failed();
    }

    /** The topic has acknowledged the record. */
    record Parked() implements ParkResult {
        @Override
        public void match(Cases cases) {
            cases.parked();
        }
    }

    /**
     * The topic can never accept this record, but others.
     *
     * @param message the reason; contains no value of the record
     */
    record Refused(String message) implements ParkResult {
        @Override
        public void match(Cases cases) {
            cases.refused(message);
        }
    }

    /** It is unknown whether the topic has the record, and a retry may succeed. */
    record Failed() implements ParkResult {
        @Override
        public void match(Cases cases) {
            cases.failed();
        }
    }
}
