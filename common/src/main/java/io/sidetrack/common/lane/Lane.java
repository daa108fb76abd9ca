package io.sidetrack.common.lane;

import java.util.Locale;

/** One of the two paths of a record, each with a topic and a writer of its own. */
public enum Lane {
    /** Traffic that must not wait. */
    LIVE,
    /** Traffic that can wait. Its writer yields to the live lane's when the table throttles. */
    BACKFILL;

    /** The lane's name in settings and metrics, such as {@code live}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
