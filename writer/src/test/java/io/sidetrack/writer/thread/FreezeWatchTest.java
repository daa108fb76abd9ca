package io.sidetrack.writer.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.hold.Hold.Quarantined;
import io.sidetrack.writer.hold.Holds;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A process that was frozen sends nothing until the group has had time to remove it. */
class FreezeWatchTest {
    private static final long MS = 1_000_000;
    private static final long START = Long.MAX_VALUE - 20_000 * MS;

    private final Holds holds = new Holds();
    private long wallMillis = 1_000_000;
    private final FreezeWatch watch =
            new FreezeWatch(Duration.ofMillis(100), Duration.ofMillis(30), holds, () -> wallMillis);

    @Test
    void processThatRunsMayWrite() {
        assertThat(watch.mayWriteFrom(START)).isLessThanOrEqualTo(START);
        for (long now = START; now < START + 1000 * MS; now += 90 * MS) {
            watch.pulse(now);
            assertThat(watch.mayWriteFrom(now + 5 * MS)).isLessThanOrEqualTo(now + 5 * MS);
            wallMillis += 90;
        }
        assertThat(holds.isPaused()).isFalse();
    }

    @Test
    void frozenProcessIsQuarantinedWhetherThePulseOrTheWriteComesFirst() {
        watch.pulse(START);
        assertThat(watch.mayWriteFrom(START + 101 * MS)).isEqualTo(START + 131 * MS);
        assertThat(watch.mayWriteFrom(START + 130 * MS)).isEqualTo(START + 131 * MS);
        watch.pulse(START + 300 * MS);
        assertThat(watch.mayWriteFrom(START + 301 * MS)).isEqualTo(START + 330 * MS);
    }

    @Test
    void quarantineIsAHoldThatEndsByTime() {
        watch.pulse(START);
        watch.pulse(START + 101 * MS);
        assertThat(holds.active()).containsExactly(new Quarantined());
        watch.pulse(START + 130 * MS);
        assertThat(holds.active()).containsExactly(new Quarantined());
        watch.pulse(START + 131 * MS);
        assertThat(holds.active()).isEmpty();
    }

    /** The monotonic clock stops while a machine is suspended. */
    @Test
    void suspensionIsDetectedByTheWallClock() {
        watch.pulse(START);
        wallMillis += 101;
        assertThat(watch.mayWriteFrom(START + MS)).isEqualTo(START + 31 * MS);
    }

    @Test
    void settingTheWallClockBackChangesNothing() {
        watch.pulse(START);
        wallMillis -= 3_600_000;
        assertThat(watch.mayWriteFrom(START + MS)).isLessThanOrEqualTo(START + MS);
    }
}
