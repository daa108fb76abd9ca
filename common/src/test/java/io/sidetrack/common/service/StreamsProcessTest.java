package io.sidetrack.common.service;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** Closing resources neither delays the end of the process nor changes its exit code. */
class StreamsProcessTest {
    StreamsProcessTest() {
        // These failures are expected.
        ((Logger) LoggerFactory.getLogger(StreamsProcess.class)).setLevel(Level.OFF);
    }

    @Test
    @Timeout(60)
    void closingThatHangsDoesNotDelayTheEnd() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        StreamsProcess.closeWithin(Duration.ofMillis(100), () -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
        assertThat(never.getCount()).isOne();
    }

    @Test
    void failureToCloseDoesNotFailTheShutdown() {
        CountDownLatch begun = new CountDownLatch(1);
        StreamsProcess.closeWithin(Duration.ofMinutes(1), () -> {
            begun.countDown();
            throw new IllegalStateException("on purpose");
        });
        assertThat(begun.getCount()).isZero();
    }
}
