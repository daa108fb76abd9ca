package io.sidetrack.writer.table;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * The time to sign with: this machine's, corrected when DynamoDB says that a signature is of another time. DynamoDB
 * refuses what is signed more than some minutes off. Thread-safe.
 */
final class ServerClock extends Clock {
    /** Less than this is not why a signature was refused (the SDK draws the line at the same place). */
    private static final Duration NOTEWORTHY = Duration.ofMinutes(4);

    private final Clock machine;
    private volatile Duration correction = Duration.ZERO;

    ServerClock(Clock machine) {
        this.machine = machine;
    }

    /** The server has refused a signature, and said what time it is there. */
    void refused(Instant date) {
        Duration off = Duration.between(machine.instant(), date);
        if (off.minus(correction).abs().compareTo(NOTEWORTHY) > 0) {
            correction = off;
        }
    }

    @Override
    public Instant instant() {
        return machine.instant().plus(correction);
    }

    @Override
    public ZoneId getZone() {
        return machine.getZone();
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return new ServerClock(machine.withZone(zone));
    }
}
