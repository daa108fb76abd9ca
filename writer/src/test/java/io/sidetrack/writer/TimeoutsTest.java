package io.sidetrack.writer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.thread.WaitLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The waits of a stream thread end before the group removes it, whatever the user's timeouts are. */
class TimeoutsTest {
    private static Timeouts timeouts(long drainMs, long sessionMs, long maxPollMs, long maxWriteMs) {
        return new Timeouts(
                Duration.ofMillis(drainMs),
                Duration.ofMillis(sessionMs),
                Duration.ofMillis(maxPollMs),
                Duration.ofMillis(maxWriteMs));
    }

    @Test
    void waitsEndWellBeforeTheThreadMustPoll() {
        WaitLimits limits = timeouts(5000, 45_000, 300_000, 6000).waitLimits();
        assertThat(limits.onInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(limits.onRevocation()).isEqualTo(Duration.ofMinutes(4));
        assertThat(timeouts(5000, 45_000, 20_000, 6000).waitLimits().onInterval())
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(timeouts(5000, 45_000, 19_996, 6000).waitLimits().onInterval())
                .isEqualTo(Duration.ofMillis(4999));
    }

    @ParameterizedTest
    @CsvSource({
        // A quarter of the session, at least 3 s.
        "45000, 6000, 11250",
        "12000, 1000, 3000",
        "11999, 1000, 3000",
        // As long as a thread may wait for outcomes before it polls, but no longer than a session.
        "45000, 11250, 11250",
        "45000, 11251, 11251",
        "45000, 60000, 45000"
    })
    void quarantineLastsUntilEveryThreadHasPolled(long sessionMs, long maxWriteMs, long expectedMs) {
        assertThat(timeouts(5000, sessionMs, 300_000, maxWriteMs).quarantine())
                .isEqualTo(Duration.ofMillis(expectedMs));
    }

    @Test
    void freezeIsNoticedBeforeTheSessionEnds() {
        Timeouts timeouts = timeouts(5000, 45_000, 300_000, 6000);
        assertThat(timeouts.freeze()).isEqualTo(Duration.ofMillis(22_500));
        assertThat(timeouts.pulse()).isEqualTo(Duration.ofMillis(2250));
    }
}
