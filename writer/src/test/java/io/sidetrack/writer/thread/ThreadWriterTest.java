package io.sidetrack.writer.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import io.sidetrack.writer.hold.Hold.Quarantined;
import io.sidetrack.writer.hold.Hold.WaitingForCommit;
import io.sidetrack.writer.hold.Hold.WaitingForRoom;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** What a stream thread's writer sends and when, and what it waits for. */
class ThreadWriterTest {
    private final WritePathFixture fixture = WritePathFixture.inVirtualTime();
    private final ThreadWriter writer = fixture.writers.ofThisThread();
    private final LaneTask task = fixture.open(0);
    private final String thread = Thread.currentThread().getName();

    private static final BatchOutcome BATCH_OF_ONE_WRITTEN = new BatchOutcome.Each(List.of(new Outcome.Written()), 0);

    @Test
    void outcomeSendsTheBatchThatWaitedToFill() {
        fixture.put(task, 0, "a");
        fixture.put(task, 1, "b");
        assertThat(fixture.sent()).containsExactly(List.of("a"));
        fixture.writeAll();
        assertThat(fixture.sent()).containsExactly(List.of("a"), List.of("b"));
        assertThat(writer.state().records()).isZero();
    }

    /** A punctuator does not run while the topology is paused. */
    @Test
    void timerSendsARetry() {
        fixture.put(task, 0, "a");
        fixture.complete(0, new BatchOutcome.RetryAll(RetryCause.TIMEOUT));
        assertThat(fixture.sent()).hasSize(1);
        fixture.advance(Duration.ofSeconds(1));
        assertThat(fixture.sent()).containsExactly(List.of("a"), List.of("a"));
    }

    @Test
    void fullBufferStopsReadingUntilThereIsRoom() {
        for (int offset = 0; offset < WritePathFixture.MAX_RECORDS - 1; offset++) {
            assertThat(fixture.put(task, offset, "k" + offset))
                    .as("offset %d", offset)
                    .isTrue();
        }
        assertThat(fixture.put(task, WritePathFixture.MAX_RECORDS - 1, "last")).isFalse();
        writer.endRoomWait();
        assertThat(fixture.holds.active()).containsExactly(new WaitingForRoom(thread));
        fixture.writeAll();
        assertThat(fixture.holds.active()).isEmpty();
    }

    @Test
    void waitForRoomEndsAtOnceWhenReadingIsPausedForAnotherReason() {
        for (int offset = 0; offset < WritePathFixture.MAX_RECORDS; offset++) {
            fixture.put(task, offset, "k" + offset);
        }
        Wait wait = writer.roomWait();
        assertThat(wait.leftNanos(fixture.nowNanos())).isPositive();
        fixture.writers.stop();
        assertThat(wait.leftNanos(fixture.nowNanos())).isZero();
    }

    @Test
    void postponedCommitStopsReadingUntilEverythingIsDurable() {
        fixture.put(task, 0, "a");
        Wait wait = writer.beginDrain(true);
        assertThat(wait.leftNanos(fixture.nowNanos())).isPositive();
        assertThat(writer.endDrain(true)).isFalse();
        assertThat(fixture.holds.active()).containsExactly(new WaitingForCommit(thread));
        assertThat(fixture.commitRequests).hasValue(1);

        fixture.writeAll();
        assertThat(writer.beginDrain(true).leftNanos(fixture.nowNanos())).isZero();
        assertThat(writer.endDrain(true)).isTrue();
        assertThat(fixture.holds.active()).isEmpty();
    }

    @Test
    void commitThatCannotBePostponedDoesNotStopReading() {
        fixture.put(task, 0, "a");
        var unused = writer.beginDrain(false);
        assertThat(writer.endDrain(false)).isFalse();
        assertThat(fixture.holds.active()).isEmpty();
        assertThat(fixture.commitRequests).hasValue(0);
    }

    @Test
    void drainSendsBatchesThatAreNotFull() {
        fixture.put(task, 0, "a");
        fixture.put(task, 1, "b");
        var unused = writer.beginDrain(true);
        assertThat(fixture.sent()).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void flushesOfOneRevocationShareADeadline() {
        fixture.put(task, 0, "a");
        long left = writer.beginDrain(false).leftNanos(fixture.nowNanos());
        writer.endDrain(false);
        fixture.advance(Duration.ofMinutes(10));
        assertThat(writer.beginDrain(false).leftNanos(fixture.nowNanos()))
                .isEqualTo(left - Duration.ofMinutes(10).toNanos());
        writer.endDrain(false);
        writer.tick();
        assertThat(writer.beginDrain(false).leftNanos(fixture.nowNanos()))
                .as("the next revocation has its own")
                .isEqualTo(left);
    }

    @Test
    void drainWaitsForTheAcknowledgementOfADeadLetter() {
        fixture.reject(task, 0);
        Wait wait = writer.beginDrain(true);
        assertThat(wait.leftNanos(fixture.nowNanos())).isPositive();
        fixture.acknowledgeDeadLetter();
        assertThat(wait.leftNanos(fixture.nowNanos())).isZero();
        assertThat(writer.endDrain(true)).isTrue();
    }

    @Test
    void drainWaitsForTheAcknowledgementOfAParkedRecordAndNotForADiscardedOne() {
        fixture.discard(task, 0);
        assertThat(writer.beginDrain(true).leftNanos(fixture.nowNanos())).isZero();
        assertThat(writer.endDrain(true)).isTrue();

        fixture.park(task, 1);
        Wait wait = writer.beginDrain(true);
        assertThat(wait.leftNanos(fixture.nowNanos())).isPositive();
        fixture.acknowledgeParked();
        assertThat(wait.leftNanos(fixture.nowNanos())).isZero();
        assertThat(writer.endDrain(true)).isTrue();
    }

    @Test
    void bufferFullOfParkedRecordsStopsReadingUntilTheTopicAcknowledgesThem() {
        for (int offset = 0; offset < WritePathFixture.MAX_RECORDS - 1; offset++) {
            assertThat(fixture.park(task, offset)).as("offset %d", offset).isTrue();
        }
        assertThat(fixture.park(task, WritePathFixture.MAX_RECORDS - 1)).isFalse();
        writer.endRoomWait();
        assertThat(fixture.holds.active()).containsExactly(new WaitingForRoom(thread));
        fixture.acknowledgeParked();
        while (fixture.parked.completeNext()) {}
        assertThat(fixture.holds.active()).isEmpty();
        assertThat(fixture.parked.history()).hasSize(WritePathFixture.MAX_RECORDS);
    }

    /** Otherwise, if the process were killed now, the earlier record would be parked behind the later one. */
    @Test
    void recordIsParkedAfterTheWritesBeforeTheOperatorsSettingChanged() {
        fixture.put(task, 0, "a");
        fixture.reject(task, 1);
        fixture.put(task, 2, "b");
        fixture.park(task, 3, 1);
        fixture.put(task, 4, "c");
        assertThat(fixture.parked.history()).isEmpty();
        fixture.complete(0, BATCH_OF_ONE_WRITTEN);
        fixture.acknowledgeDeadLetter();
        assertThat(fixture.sent()).containsExactly(List.of("a"), List.of("b", "c"));
        assertThat(fixture.parked.history()).isEmpty();
        fixture.writeAll();
        assertThat(fixture.parked.history()).hasSize(1);

        fixture.put(task, 5, "d");
        fixture.acknowledgeParked();
        fixture.park(task, 6, 1);
        assertThat(fixture.parked.history()).as("the setting is the same").hasSize(2);
        fixture.park(task, 7, 2);
        fixture.acknowledgeParked();
        assertThat(fixture.parked.history()).hasSize(2);
        fixture.writeAll();
        assertThat(fixture.parked.history()).hasSize(3);
    }

    @Test
    void lostPartitionsWritesDoNotKeepRecordsFromBeingParked() {
        LaneTask other = fixture.open(1);
        fixture.put(task, 0, "a");
        fixture.put(task, 1, "b");
        fixture.park(other, 0);
        var unused = writer.close(task);
        fixture.complete(0, new BatchOutcome.RetryAll(RetryCause.TIMEOUT));
        writer.tick();
        assertThat(fixture.parked.history()).hasSize(1);
    }

    /** The timer sends the record again, because a punctuator does not run while the topology is paused. */
    @Test
    void parkedRecordThatFailsIsSentAgainBeforeThoseBehindIt() {
        fixture.park(task, 0);
        fixture.park(task, 1);
        assertThat(fixture.parked.errorNext(new TimeoutException("no leader"))).isTrue();
        assertThat(fixture.parked.history()).hasSize(1);
        fixture.advance(Duration.ofSeconds(1));
        assertThat(fixture.parked.history()).hasSize(3);
        assertThat(writer.activity().failures()).isEqualTo(1);
        fixture.acknowledgeParked();
        fixture.acknowledgeParked();
        assertThat(writer.state().records()).isZero();
    }

    /** A late record could follow newer ones of the partition's next owner in the parked topic. */
    @Test
    void closedTaskWaitsForItsParkedRecordsInFlightAndSendsNoOthers() {
        fixture.park(task, 0);
        fixture.park(task, 1);
        Wait wait = writer.close(task);
        assertThat(wait.leftNanos(fixture.nowNanos())).isPositive();
        fixture.acknowledgeParked();
        assertThat(wait.leftNanos(fixture.nowNanos())).isZero();
        writer.tick();
        assertThat(fixture.parked.history()).hasSize(1);
        assertThat(writer.state().records()).isZero();
    }

    @Test
    void retiredWriterWaitsForItsParkedRecordsInFlightAndSendsNoOthers() {
        fixture.park(task, 0);
        fixture.park(task, 1);
        Wait wait = writer.retire();
        assertThat(wait.leftNanos(fixture.nowNanos())).isPositive();
        assertThat(fixture.parked.errorNext(new TimeoutException("no leader"))).isTrue();
        assertThat(wait.leftNanos(fixture.nowNanos())).isZero();
        fixture.advance(Duration.ofMinutes(30));
        assertThat(fixture.parked.history()).hasSize(1);
        assertThat(writer.state().records()).isZero();
    }

    @Test
    void quarantinePostponesParking() {
        fixture.park(task, 0);
        fixture.park(task, 1);
        fixture.freeze();
        fixture.acknowledgeParked();
        assertThat(fixture.parked.history()).hasSize(1);
        assertThat(writer.beginDrain(false).leftNanos(fixture.nowNanos())).isZero();
        assertThat(writer.endDrain(false)).isFalse();
        fixture.advance(WritePathFixture.QUARANTINE.minusNanos(1));
        assertThat(fixture.parked.history()).hasSize(1);
        fixture.advance(Duration.ofNanos(1));
        assertThat(fixture.parked.history()).hasSize(2);
    }

    /** A further write could arrive after one of the partition's next owner. */
    @Test
    void nothingIsSentWhileTasksAreClosedWithoutACommit() {
        LaneTask other = fixture.open(1);
        fixture.put(task, 0, "a");
        fixture.put(other, 0, "b");
        Wait wait = writer.close(task);
        assertThat(wait.leftNanos(fixture.nowNanos())).isPositive();
        fixture.writeAll();
        assertThat(wait.leftNanos(fixture.nowNanos())).isZero();
        assertThat(fixture.sent()).containsExactly(List.of("a"));
        writer.tick();
        assertThat(fixture.sent()).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void closedTasksRecordsAreForgotten() {
        fixture.put(task, 0, "a");
        fixture.put(task, 1, "b");
        var unused = writer.close(task);
        fixture.writeAll();
        writer.tick();
        assertThat(fixture.sent()).containsExactly(List.of("a"));
        assertThat(writer.state().records()).isZero();
    }

    @Test
    void retiredWriterSendsNothingMore() {
        fixture.put(task, 0, "a");
        fixture.put(task, 1, "b");
        Wait wait = writer.retire();
        assertThat(wait.leftNanos(fixture.nowNanos())).isPositive();
        fixture.complete(0, new BatchOutcome.RetryAll(RetryCause.TIMEOUT));
        assertThat(wait.leftNanos(fixture.nowNanos())).isZero();
        fixture.advance(Duration.ofMinutes(30));
        assertThat(fixture.sent()).containsExactly(List.of("a"));
        assertThat(fixture.pendingTimers()).isZero();
    }

    @Test
    void quarantinePostponesWritesAndEndsFlushesAtOnce() {
        fixture.put(task, 0, "a");
        fixture.put(task, 1, "b");
        fixture.freeze();
        fixture.writeAll();
        assertThat(fixture.sent()).containsExactly(List.of("a"));
        assertThat(fixture.holds.active()).containsExactly(new Quarantined());
        assertThat(writer.beginDrain(false).leftNanos(fixture.nowNanos())).isZero();
        assertThat(writer.endDrain(false)).isFalse();

        fixture.advance(WritePathFixture.QUARANTINE.minusNanos(1));
        assertThat(fixture.sent()).hasSize(1);
        fixture.advance(Duration.ofNanos(1));
        assertThat(fixture.sent()).containsExactly(List.of("a"), List.of("b"));
        assertThat(fixture.holds.active()).isEmpty();
    }
}
