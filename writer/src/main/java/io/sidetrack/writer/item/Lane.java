package io.sidetrack.writer.item;

import java.util.Locale;

/** Which of two lanes into one table a writer serves. */
public enum Lane {
    /** Traffic that somebody waits for. */
    LIVE,
    /** Traffic that can wait, and gives way. */
    BACKFILL;

    /** As it is set, such as {@code live}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
