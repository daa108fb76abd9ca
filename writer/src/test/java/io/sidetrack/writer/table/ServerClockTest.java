package io.sidetrack.writer.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** A machine with a wrong clock can still write. */
class ServerClockTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    private final ServerClock clock = new ServerClock(Clock.fixed(NOW, ZoneOffset.UTC));

    @Test
    void rejectedSignatureOfAWrongTimeCorrectsTheClock() {
        assertThat(clock.instant()).isEqualTo(NOW);
        Instant there = NOW.minus(Duration.ofHours(2));
        clock.signatureRejected(there);
        assertThat(clock.instant()).isEqualTo(there);
    }

    @Test
    void rejectedSignatureOfTheRightTimeChangesNothing() {
        clock.signatureRejected(NOW.plusSeconds(100));
        assertThat(clock.instant()).isEqualTo(NOW);
    }

    @Test
    void correctionEndsWhenTheMachinesClockIsRightAgain() {
        clock.signatureRejected(NOW.plus(Duration.ofHours(1)));
        clock.signatureRejected(NOW);
        assertThat(clock.instant()).isEqualTo(NOW);
    }
}
