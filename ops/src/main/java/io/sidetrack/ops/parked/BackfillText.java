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

    /** Why the offsets in a setting have no effect, if the lane was deleted and created again since. */
    public static String ofOtherLane(NamedBackfill setting, String lane) {
        return "it was resumed before %s was deleted and created again, so writers write all of its records%s"
                .formatted(
                        lane,
                        setting.state() == NamedBackfill.State.RESUMING
                                ? "; pause it again, then resume it, to return what is parked"
                                : "");
    }

    /** Why a backfill is still parked, if the source was deleted and created again since it was resumed. */
    public static String ofOtherSource() {
        return "it was resumed before the source was deleted and created again, so routers park its records; resume it again";
    }
}
