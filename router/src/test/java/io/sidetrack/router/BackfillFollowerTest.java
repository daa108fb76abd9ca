package io.sidetrack.router;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A stream thread gets settings that are current, and never waits for long. */
class BackfillFollowerTest {
    private final AtomicInteger readings = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final CountDownLatch hangs = new CountDownLatch(1);
    private volatile boolean readable = true;
    private volatile boolean responds = true;

    private final BackfillFollower follower =
            new BackfillFollower(forTask -> read(), closed::incrementAndGet, Duration.ofMillis(50));

    private boolean read() {
        readings.incrementAndGet();
        if (!responds) {
            try {
                hangs.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return readable;
    }

    @AfterEach
    void close() {
        hangs.countDown();
        follower.close();
    }

    @Test
    void settingsAreReadAgainOnlyIfTheyAreOlderThanTheTask() {
        long before = System.nanoTime();
        follower.since(before - Duration.ofMinutes(1).toNanos());
        int first = readings.get();
        long now = System.nanoTime();
        follower.since(now);
        int second = readings.get();
        assertThat(second).isGreaterThan(first);
        follower.since(now);
        assertThat(readings.get()).isLessThanOrEqualTo(second + 1);
    }

    @Test
    void nobodyWaitsWhileTheSettingsCannotBeRead() {
        readable = false;
        follower.since(System.nanoTime());
        int failed = readings.get();
        responds = false;
        long start = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            follower.since(System.nanoTime());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
        assertThat(readings.get()).as("besides the one of each second").isLessThanOrEqualTo(failed + 3);
    }

    @Test
    void onlyOneThreadWaitsForAReadingThatHangs() {
        responds = false;
        long start = System.nanoTime();
        for (int i = 0; i < 1000; i++) {
            follower.since(System.nanoTime());
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofMillis(50), Duration.ofSeconds(20));
        responds = true;
        hangs.countDown();
        int before = readings.get();
        await().untilAsserted(() -> assertThat(readings.get()).isGreaterThan(before));
        long now = System.nanoTime();
        await().untilAsserted(() -> {
            follower.since(now);
            assertThat(readings.get()).isGreaterThan(before + 1);
        });
    }

    @Test
    void closedFollowerReadsNothing() {
        follower.close();
        assertThat(closed.get()).isEqualTo(1);
        int before = readings.get();
        follower.since(System.nanoTime());
        assertThat(readings.get()).isEqualTo(before);
    }
}
