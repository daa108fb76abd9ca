package io.sidetrack.router.lane;

import java.util.Locale;

/** Where a record goes. */
public enum Lane {
    /** What somebody waits for. */
    LIVE,
    /** What may take as long as it takes. */
    BACKFILL;

    /** As it stands in metrics. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
