package io.sidetrack.router.lane;

import java.time.Instant;

/** Sends records with a timestamp before an instant to the backfill lane. Meant for a backlog that is already in the source. */
public final class BeforeRule implements Rule {
    private final long beforeMs;

    public BeforeRule(Instant before) {
        this.beforeMs = before.toEpochMilli();
    }

    @Override
    public String name() {
        return "before";
    }

    @Override
    public Decision decide(Arrival record) {
        return Decision.backfillIf(record.timestampMs() >= 0 && record.timestampMs() < beforeMs);
    }
}
