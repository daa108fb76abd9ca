package io.sidetrack.writer.item;

import io.sidetrack.writer.model.Reason;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;

/**
 * How far in the future the time that is a record's version may be. Without it, one record from the far future is the newest of
 * its key for ever. Thread-safe if its clock is.
 */
public final class FutureLimit {
    /** Any time is accepted. */
    static final FutureLimit NONE = new FutureLimit(Clock.systemUTC(), Duration.ofMillis(Long.MAX_VALUE));

    private final Clock clock;
    private final BigDecimal mostMs;

    /** @param most before this clock */
    public FutureLimit(Clock clock, Duration most) {
        this.clock = clock;
        this.mostMs = BigDecimal.valueOf(most.toMillis());
    }

    /**
     * Checks a time in ms since 1970.
     *
     * @return the time
     * @throws RejectedException if it is too far in the future
     */
    BigDecimal require(BigDecimal timeMs) throws RejectedException {
        if (timeMs.subtract(BigDecimal.valueOf(clock.millis())).compareTo(mostMs) > 0) {
            throw new RejectedException(
                    Reason.VERSION_IN_FUTURE, "the version is more than %s ms in the future".formatted(mostMs));
        }
        return timeMs;
    }
}
