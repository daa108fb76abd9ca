package io.sidetrack.router.lane;

/** One criterion for a record's lane. Used by one thread; never throws, whatever the record contains (R5). */
public interface Rule {
    /** The name of this rule in metrics and logs. */
    String name();

    /** This rule's decision about a record. */
    Decision decide(Arrival record);

    /** The possible decisions of a rule. */
    enum Decision {
        LIVE,
        BACKFILL,
        /** The rule does not match; the next rule decides. */
        NONE;

        /** {@link #BACKFILL} if the condition holds, else {@link #NONE}. */
        static Decision backfillIf(boolean condition) {
            return condition ? BACKFILL : NONE;
        }
    }
}
