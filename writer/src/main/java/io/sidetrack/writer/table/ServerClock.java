package io.sidetrack.writer.table;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;

/**
 * The clock for signatures: this machine's clock, corrected when DynamoDB rejects a signature because of its time. DynamoDB
 * rejects signatures that are more than a few minutes off. Thread-safe.
 */
final class ServerClock extends Clock {
    /** A smaller difference is not the reason why a signature was rejected (the SDK uses the same threshold). */
    private static final Duration MIN_CORRECTION = Duration.ofMinutes(4);

    private final Clock machine;
    private volatile Duration correction = Duration.ZERO;

    ServerClock(Clock machine) {
        this.machine = machine;
    }

    /**
     * Corrects the clock after a rejected signature.
     *
     * @param date the server's time
     */
    void signatureRejected(Instant date) {
        Duration off = Duration.between(machine.instant(), date);
        if (off.minus(correction).abs().compareTo(MIN_CORRECTION) > 0) {
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
