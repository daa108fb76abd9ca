package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {
    @ParameterizedTest
    @ValueSource(doubles = {1e-3, 1e-9, 1e-12, 1e-300, Double.MIN_VALUE})
    void verySmallRateIsStillALimit(double perSecond) {
        StopRequest stop = new StopRequest(Thread.currentThread());
        AtomicLong nanos = new AtomicLong(5_000_000_000_000L);
        long begin = nanos.get();
        // Time passes in steps of 100 s; the run is stopped after the tenth.
        RateLimit rate = new RateLimit(
                perSecond,
                () -> {
                    long now = nanos.getAndAdd(100_000_000_000L);
                    if (now - begin >= 1_000_000_000_000L) {
                        stop.request();
                    }
                    return now;
                },
                stop);
        Thread.currentThread().interrupt();
        rate.await();
        rate.await();
        rate.await();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(nanos.get() - begin).isGreaterThanOrEqualTo(1_000_000_000_000L);
    }

    @Test
    void noLimitNeverReadsTheClockAgain() {
        AtomicLong reads = new AtomicLong();
        RateLimit rate = new RateLimit(0, reads::incrementAndGet, new StopRequest(Thread.currentThread()));
        for (int i = 0; i < 1_000; i++) {
            rate.await();
        }
        assertThat(reads).hasValue(1);
    }
}
