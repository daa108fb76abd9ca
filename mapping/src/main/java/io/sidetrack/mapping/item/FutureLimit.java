package io.sidetrack.mapping.item;

import io.sidetrack.mapping.model.Reason;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;

/**
 * Limits how far in the future a version that is a time may be. Without a limit, a single record from the far future stays
 * the newest of its key forever. Thread-safe if its clock is.
 */
public final class FutureLimit {
    /** Accepts any time. */
    static final FutureLimit NONE = new FutureLimit(Clock.systemUTC(), Duration.ofMillis(Long.MAX_VALUE));

    private final Clock clock;
    private final BigDecimal maxMs;

    /** @param max how far a version may be ahead of this clock */
    public FutureLimit(Clock clock, Duration max) {
        this.clock = clock;
        this.maxMs = BigDecimal.valueOf(max.toMillis());
    }

    /**
     * Checks a time in milliseconds since 1970.
     *
     * @return the same time
     * @throws RejectedException if it is too far in the future
     */
    BigDecimal require(BigDecimal timeMs) throws RejectedException {
        if (timeMs.subtract(BigDecimal.valueOf(clock.millis())).compareTo(maxMs) > 0) {
            throw new RejectedException(
                    Reason.VERSION_IN_FUTURE, "the version is more than %s ms in the future".formatted(maxMs));
        }
        return timeMs;
    }
}
