package io.sidetrack.router.lane;

import java.time.Duration;

/**
 * Sends records that are old on arrival to the backfill lane. Records without a timestamp never match. The age includes the
 * time that a record has waited in the source, so the duration must be well above the source's usual lag.
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
    public Decision decide(Arrival record) {
        // The subtraction cannot overflow, because neither operand is negative.
        return Decision.backfillIf(record.timestampMs() >= 0 && record.nowMs() - record.timestampMs() > olderThanMs);
    }
}
