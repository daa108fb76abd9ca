package io.sidetrack.ops.steering;

import io.sidetrack.common.control.Steering;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Text for the settings of a backfill's writers. */
public final class SteeringText {
    private SteeringText() {}

    /** Such as {@code paused, 500 write units/s for the group (since 2026-01-01T00:00:00Z)}. */
    public static String of(Steering steering) {
        String speed = steering.writeUnits() == 0
                ? "at their own speed"
                : String.format(Locale.ROOT, "%,d write units/s for the group", steering.writeUnits());
        String since = steering.setAtMs() == 0
                ? ""
                : " (since " + Instant.ofEpochMilli(steering.setAtMs()).truncatedTo(ChronoUnit.SECONDS) + ")";
        return (steering.paused() ? "paused, " : "running, ") + speed + since;
    }
}
