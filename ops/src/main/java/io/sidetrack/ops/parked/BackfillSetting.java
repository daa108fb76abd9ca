package io.sidetrack.ops.parked;

import io.sidetrack.common.control.NamedBackfill;
import java.util.Optional;

/** The setting of one backfill, which only one command at a time can change. */
interface BackfillSetting {
    /** The setting that is in effect, or that was a moment ago; empty for none. */
    Optional<NamedBackfill> current();

    /**
     * Replaces the setting. Returns when it is durable.
     *
     * @throws RuntimeException if another command has taken over, so that nothing has changed
     */
    void put(NamedBackfill setting);
}
