package io.sidetrack.writer.commit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A process that stood still does not write what may be another's by now. */
class FreezeWatchTest {
    private static final long START = -5_000_000_000L;

    private final FreezeWatch watch = new FreezeWatch(Duration.ofNanos(100), Duration.ofNanos(30));

    @Test
    void processThatRunsMayWrite() {
        assertThat(watch.mayWriteFrom(START)).isLessThanOrEqualTo(START);
        for (long now = START; now < START + 1000; now += 90) {
            watch.pulse(now);
            assertThat(watch.mayWriteFrom(now + 5)).isLessThanOrEqualTo(now + 5);
        }
    }

    @Test
    void processThatStoodStillWaitsWhetherThePulseOrTheWriteComesFirst() {
        watch.pulse(START);
        assertThat(watch.mayWriteFrom(START + 101)).isEqualTo(START + 131);
        assertThat(watch.mayWriteFrom(START + 131)).isEqualTo(START + 131);
        watch.pulse(START + 300);
        assertThat(watch.mayWriteFrom(START + 301)).isEqualTo(START + 330);
    }
}
