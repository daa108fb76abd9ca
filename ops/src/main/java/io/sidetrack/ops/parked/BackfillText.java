package io.sidetrack.ops.parked;

import io.sidetrack.common.control.NamedBackfill;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Text for the settings of named backfills. */
public final class BackfillText {
    private BackfillText() {}

    /** Such as {@code paused since 2026-01-01T00:00:00Z}. */
    public static String of(NamedBackfill setting) {
        return state(setting) + " since "
                + Instant.ofEpochMilli(setting.setAtMs()).truncatedTo(ChronoUnit.SECONDS);
    }

    /** Such as {@code cancelled, records are discarded}. */
    public static String state(NamedBackfill setting) {
        String state = setting.state().name().toLowerCase(Locale.ROOT);
        return setting.state() == NamedBackfill.State.CANCELLED && setting.discards()
                ? state + ", records are discarded"
                : state;
    }
}
