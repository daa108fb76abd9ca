package io.sidetrack.writer.thread;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** At most one timer task is pending, at the earliest of the requested times. */
class WakeUpTest {
    private final List<Pending> pending = new ArrayList<>();
    private final List<Long> ran = new ArrayList<>();
    private final WakeUp wakeUp = new WakeUp(
            (nanos, task) -> {
                Pending some = new Pending(nanos, task);
                pending.add(some);
                return () -> pending.remove(some);
            },
            ran::add);

    private record Pending(long nanos, Runnable task) {}

    @Test
    void earlierTimeReplacesThePendingTaskAndLaterTimeDoesNot() {
        wakeUp.by(100, 0);
        wakeUp.by(40, 0);
        wakeUp.by(70, 0);
        wakeUp.by(Long.MAX_VALUE, 0);
        assertThat(pending).extracting(Pending::nanos).containsExactly(40L);
    }

    @Test
    void manyTimesCauseOneTask() {
        for (long due = 1000; due > 0; due--) {
            wakeUp.by(due, 0);
        }
        assertThat(pending).hasSize(1);
    }

    @Test
    void taskThatWasCancelledTooLateDoesNotBegin() {
        wakeUp.by(100, 0);
        Runnable late = pending.get(0).task;
        wakeUp.by(50, 0);
        late.run();
        assertThat(wakeUp.begins(ran.get(0))).isFalse();
        pending.get(0).task.run();
        assertThat(wakeUp.begins(ran.get(1))).isTrue();
        assertThat(wakeUp.begins(ran.get(1))).as("a task begins once").isFalse();
    }

    @Test
    void timeInThePastIsDueAtOnce() {
        wakeUp.by(10, 500);
        assertThat(pending).extracting(Pending::nanos).containsExactly(0L);
    }

    @Test
    void nothingIsPendingAfterCancel() {
        wakeUp.by(10, 0);
        wakeUp.cancel();
        assertThat(pending).isEmpty();
        wakeUp.by(20, 0);
        assertThat(pending).hasSize(1);
    }
}
