package io.sidetrack.writer.item;

/** What a record became: a write, or a rejection. */
public sealed interface Mapped {
    /** Answers by kind; a new kind does not compile until every place has an answer to it. */
    void match(Cases cases);

    /** One answer for each kind. */
    interface Cases {
        /** It can be written. */
        void accepted(Write write);

        /** It cannot, and will not at another try. */
        void rejected(Origin origin, Rejection rejection);
    }

    /** It can be written. */
    record Accepted(Write write) implements Mapped {
        @Override
        public void match(Cases cases) {
            cases.accepted(write);
        }
    }

    /** It cannot, and will not at another try. */
    record Rejected(Origin origin, Rejection rejection) implements Mapped {
        @Override
        public void match(Cases cases) {
            cases.rejected(origin, rejection);
        }
    }
}
