package io.sidetrack.writer.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A wait that began before a shutdown ends by the deadline of the shutdown, even without another event. */
class ShutdownWaitTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final WritePathFixture fixture =
            WritePathFixture.inRealTime(new WaitLimits(Duration.ZERO, LONG, LONG, LONG), Duration.ofMillis(200));

    @Test
    @Timeout(60)
    void flushOfARevocationEndsByTheDeadlineOfALaterShutdown() throws InterruptedException {
        Thread streamThread = new Thread(() -> {
            // The dead letter is never acknowledged.
            fixture.reject(fixture.open(0), 0);
            fixture.writers.ofThisThread().drain(false);
        });
        streamThread.setDaemon(true);
        streamThread.start();
        while (streamThread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        fixture.writers.stop();
        streamThread.join(10_000);
        assertThat(streamThread.isAlive()).isFalse();
    }
}
