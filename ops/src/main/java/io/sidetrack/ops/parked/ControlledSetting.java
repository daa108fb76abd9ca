package io.sidetrack.ops.parked;

import io.sidetrack.common.control.BackfillFeed;
import io.sidetrack.common.control.ExclusiveSetting;
import io.sidetrack.common.control.NamedBackfill;
import java.time.Duration;
import java.util.Optional;

/** The setting of a backfill in the control topic. Not thread-safe. */
final class ControlledSetting implements BackfillSetting {
    private static final Duration POLL = Duration.ofMillis(10);

    private final ExclusiveSetting control;
    private final BackfillFeed changes;
    private Optional<NamedBackfill> current;

    /**
     * @param control closed by the caller
     * @param changes of all named backfills of the lane; closed by the caller
     * @param begin the current setting
     */
    ControlledSetting(ExclusiveSetting control, BackfillFeed changes, NamedBackfill begin) {
        this.control = control;
        this.changes = changes;
        this.current = Optional.of(begin);
    }

    @Override
    public Optional<NamedBackfill> current() {
        // What the feed returns may be older than what was read or put before.
        if (changes.next(POLL).isPresent()) {
            current = control.read();
        }
        return current;
    }

    @Override
    public void put(NamedBackfill setting) {
        control.put(setting);
        current = Optional.of(setting);
    }
}
