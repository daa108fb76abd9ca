package io.sidetrack.router.lane;

import java.time.Duration;

/**
 * What is old when it arrives is a backfill. A record without a timestamp is of no age. Nobody waits for what the router
 * itself has not got round to for that long, either, so the duration should be well above the source's ordinary lag.
 */
public final class AgeRule implements Rule {
    private final long olderThanMs;

    public AgeRule(Duration olderThan) {
        this.olderThanMs = olderThan.toMillis();
    }

    @Override
    public String name() {
        return "older-than";
    }

    @Override
    public Opinion opinion(Arrival record) {
        // The subtraction cannot overflow: neither is below 0.
        return Opinion.backfillIf(record.timestampMs() >= 0 && record.nowMs() - record.timestampMs() > olderThanMs);
    }
}
