package io.sidetrack.writer.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** As many calls run at a time as there are connections; the others wait in order. */
class CallSlotsTest {
    private final CallSlots slots = new CallSlots(2);
    private final List<CompletableFuture<Integer>> running = new ArrayList<>();

    private CompletableFuture<Integer> call() {
        return slots.run(() -> {
            CompletableFuture<Integer> call = new CompletableFuture<>();
            running.add(call);
            return call;
        });
    }

    @Test
    void callsBeyondTheSlotsWaitAndStartInOrder() {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            calls.add(call());
        }
        assertThat(running).hasSize(2);
        running.get(1).complete(1);
        assertThat(calls.get(1)).isCompletedWithValue(1);
        assertThat(running).hasSize(3);
        running.get(0).completeExceptionally(new IllegalStateException("lost"));
        assertThat(calls.get(0)).isCompletedExceptionally();
        assertThat(running).hasSize(4);
        running.get(2).complete(2);
        running.get(3).complete(3);
        running.get(4).complete(4);
        assertThat(calls.get(4)).isCompletedWithValue(4);
        // All slots are free again.
        calls.addAll(List.of(call(), call(), call()));
        assertThat(running).hasSize(7);
    }

    @Test
    void callThatCannotStartFreesItsSlot() {
        for (int i = 0; i < 5; i++) {
            assertThat(slots.run(() -> {
                        throw new IllegalStateException("no body");
                    }))
                    .isCompletedExceptionally();
        }
        assertThat(call()).isNotDone();
        assertThat(running).hasSize(1);
    }

    @Test
    void manyCallsThatEndAtOnceDoNotExhaustTheStack() {
        List<CompletableFuture<Integer>> calls = new ArrayList<>();
        calls.add(call());
        calls.add(call());
        for (int i = 0; i < 100_000; i++) {
            calls.add(slots.run(() -> CompletableFuture.completedFuture(1)));
        }
        running.get(0).complete(0);
        assertThat(calls.get(1)).isNotDone();
        calls.remove(1);
        assertThat(calls).allMatch(CompletableFuture::isDone);
    }

    @ParameterizedTest
    @CsvSource({"1, 1, 100", "50, 50, 100", "50, 51, 200", "2000, 20000, 1000"})
    void longestCallWaitsUntilAllAheadOfItTimeOut(int connections, int calls, long millis) {
        assertThat(new CallLimits(Duration.ofMillis(100), connections, calls).maxCallTime())
                .isEqualTo(Duration.ofMillis(millis));
    }
}
