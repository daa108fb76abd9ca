package io.sidetrack.common.service;

import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.REPLACE_THREAD;
import static org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Dead threads are replaced with growing delays, within a budget. */
class ThreadReplacementTest {
    private final List<Long> delaysMs = new ArrayList<>();
    private long nowNanos;
    private final ThreadReplacement replacement = new ThreadReplacement(
            3, Duration.ofMinutes(10), Duration.ofSeconds(1), () -> nowNanos, (delay, stopping) -> {
                delaysMs.add(delay.toMillis());
                return stopping.getCount() == 0;
            });

    ThreadReplacementTest() {
        // These deaths are expected.
        ((Logger) LoggerFactory.getLogger(ThreadReplacement.class)).setLevel(Level.OFF);
    }

    @Test
    void delaysDoubleUntilTheBudgetIsUsedUp() {
        for (int i = 0; i < 3; i++) {
            assertThat(replacement.handle(new IllegalStateException("died"))).isEqualTo(REPLACE_THREAD);
        }
        assertThat(replacement.handle(new IllegalStateException("died"))).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(delaysMs).containsExactly(1000L, 2000L, 4000L);
    }

    @Test
    void budgetIsRestoredOverTime() {
        for (int i = 0; i < 50; i++) {
            assertThat(replacement.handle(new IllegalStateException("died"))).isEqualTo(REPLACE_THREAD);
            nowNanos += Duration.ofMinutes(5).toNanos();
        }
        assertThat(delaysMs).allMatch(delay -> delay <= 4000);
    }

    @Test
    void nothingIsReplacedAfterTheShutdownBegins() {
        replacement.stop();
        assertThat(replacement.handle(new IllegalStateException("died"))).isEqualTo(SHUTDOWN_CLIENT);
    }

    @Test
    void waitForAReplacementDoesNotDelayAShutdown() throws Exception {
        ThreadReplacement patient = new ThreadReplacement(
                3,
                Duration.ofMinutes(10),
                Duration.ofHours(1),
                () -> nowNanos,
                (delay, stopping) -> stopping.await(delay.toMillis(), TimeUnit.MILLISECONDS));
        CompletableFuture<StreamThreadExceptionResponse> answer =
                CompletableFuture.supplyAsync(() -> patient.handle(new IllegalStateException("died")));
        patient.stop();
        assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(SHUTDOWN_CLIENT);
    }

    @Test
    void stopExceptionStopsTheClientAtOnce() {
        Throwable thrown = new IllegalStateException("wrapped", new StopException("a reason", null));
        assertThat(replacement.handle(thrown)).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(delaysMs).isEmpty();
    }

    @Test
    void virtualMachineErrorStopsTheClientAtOnce() {
        assertThat(replacement.handle(new OutOfMemoryError("test"))).isEqualTo(SHUTDOWN_CLIENT);
        assertThat(delaysMs).isEmpty();
    }
}
