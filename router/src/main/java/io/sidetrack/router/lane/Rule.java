package io.sidetrack.router.lane;

/** One way to tell a record's lane. Used by one thread; must not throw, whatever is in the record. */
public interface Rule {
    /** What the rule is called in metrics. */
    String name();

    /** What it says of a record. */
    Opinion opinion(Arrival record);

    /** What a rule can say. */
    enum Opinion {
        LIVE,
        BACKFILL,
        /** The next rule is to be asked. */
        NONE;

        /** A backfill if so; else the next rule is to be asked. */
        static Opinion backfillIf(boolean condition) {
            return condition ? BACKFILL : NONE;
        }
    }
}
