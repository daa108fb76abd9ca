package io.sidetrack.writer.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.buffer.Backoff;
import io.sidetrack.writer.buffer.Backoffs;
import io.sidetrack.writer.buffer.BufferLimits;
import io.sidetrack.writer.buffer.Counts;
import io.sidetrack.writer.buffer.Precedence;
import io.sidetrack.writer.buffer.WriteBudget;
import io.sidetrack.writer.buffer.WriteBuffer;
import io.sidetrack.writer.deadletter.DeadLetterTopic;
import io.sidetrack.writer.hold.Holds;
import io.sidetrack.writer.model.MappingResult;
import io.sidetrack.writer.model.Reason;
import io.sidetrack.writer.model.Rejection;
import io.sidetrack.writer.model.SourceRecord;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.helpers.NOPLogger;

/** A wait that has begun before a shutdown ends by the shutdown's deadline, also if nothing happens in the meantime. */
class ShutdownWaitTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final Holds holds = new Holds();
    private final ThreadWriters writers = new ThreadWriters(
            () -> new WriteBuffer(
                    new BufferLimits(25, 1000, LONG, 4, 200, 1_000_000, LONG, Precedence.LAST, 100),
                    Backoffs.same(new Backoff(LONG, LONG, new SplittableRandom(1)), LONG),
                    WriteBudget.unlimited(),
                    new Counts()),
            new WriterDependencies(
                    null,
                    // Its executor does nothing, so a letter is never answered.
                    new DeadLetterTopic(
                            null, "letters", "table", task -> {}, new ProblemLog(NOPLogger.NOP_LOGGER, () -> 0, LONG)),
                    (nanos, task) -> () -> {},
                    holds,
                    new FreezeWatch(LONG, LONG, holds, () -> 0),
                    null,
                    System::nanoTime),
            new WaitLimits(Duration.ZERO, LONG, LONG, LONG),
            Duration.ofMillis(200));

    @Test
    @Timeout(60)
    void flushOfARevocationEndsByTheDeadlineOfAShutdownThatBeginsMeanwhile() throws InterruptedException {
        Thread streamThread = new Thread(() -> {
            ThreadWriter writer = writers.ofThisThread();
            LaneTask task = new LaneTask("lane", 0, () -> {});
            writer.opened(task);
            SourceRecord origin = new SourceRecord("lane", 0, 0, 0, new byte[1], new byte[1], List.of());
            writer.accept(task, 0, new MappingResult.Rejected(origin, new Rejection(Reason.NOT_JSON, "not JSON")));
            writer.drain(false);
        });
        streamThread.setDaemon(true);
        streamThread.start();
        while (streamThread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        writers.stop();
        streamThread.join(10_000);
        assertThat(streamThread.isAlive()).isFalse();
    }
}
