package io.sidetrack.router.lane;

import java.time.Instant;

/** What is from before an instant is a backfill: for a backlog that lies in the source already. */
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
    public Opinion opinion(Arrival record) {
        return Opinion.backfillIf(record.timestampMs() >= 0 && record.timestampMs() < beforeMs);
    }
}
