package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.Write;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The order in which keys are written, and which of two writes of a key is kept. */
class KeyQueueTest {
    private static final ItemKey A = new ItemKey("a", "");

    private final Counts counts = new Counts();
    private final HeldRecords held = new HeldRecords(counts, WriteBudget.unlimited(), new EarlierWrites(), 100);
    private KeyQueue queue = new KeyQueue(Precedence.LAST, held);

    private Write add(WriteBuilder builder, long nowNanos) {
        Write write = builder.build();
        held.received(write);
        queue.add(write, nowNanos);
        return write;
    }

    private List<Write> takeAll() {
        return queue.sendable().take(25, 1_000_000);
    }

    private Write takeOne() {
        List<Write> writes = takeAll();
        assertThat(writes).hasSize(1);
        return writes.get(0);
    }

    @Test
    void writesAreTakenInTheOrderInWhichTheirKeysBecameSendable() {
        add(WriteBuilder.put("a"), 0);
        Write b = add(WriteBuilder.put("b"), 1);
        Write newerA = add(WriteBuilder.put("a").offset(1), 2);
        Write c = add(WriteBuilder.put("c"), 3);

        assertThat(queue.sendable().size()).isEqualTo(3);
        assertThat(queue.sendable().firstSince()).isZero();
        assertThat(queue.sendable().take(2, 1_000_000)).containsExactly(newerA, b);
        assertThat(queue.sendable().firstSince()).isEqualTo(3);
        assertThat(takeAll()).containsExactly(c);
        assertThat(takeAll()).isEmpty();
    }

    @Test
    void bytesTakenStayWithinTheLimitExceptForASingleLargerWrite() {
        Write a = add(WriteBuilder.put("a").jsonBytes(60), 0);
        Write b = add(WriteBuilder.put("b").jsonBytes(40), 0);
        Write c = add(WriteBuilder.put("c").jsonBytes(101), 0);
        Write d = add(WriteBuilder.put("d").jsonBytes(1), 0);

        assertThat(queue.sendable().bytes()).isEqualTo(202);
        assertThat(queue.sendable().take(25, 100)).as("exactly the limit").containsExactly(a, b);
        assertThat(queue.sendable().bytes()).isEqualTo(102);
        assertThat(queue.sendable().take(25, 100)).as("alone").containsExactly(c);
        assertThat(queue.sendable().take(25, 100)).containsExactly(d);
        assertThat(queue.sendable().bytes()).isZero();
    }

    @Test
    void noWriteOfABusyKeyIsTakenBeforeTheKeyIsFree() {
        add(WriteBuilder.put("a"), 0);
        takeOne();
        Write behind = add(WriteBuilder.put("a").offset(1), 1);

        assertThat(queue.sendable().size()).isZero();
        assertThat(takeAll()).isEmpty();
        queue.succeeded(A, 5);
        assertThat(queue.sendable().firstSince()).isEqualTo(5);
        assertThat(takeOne()).isSameAs(behind);
        queue.free(A, 6);
        assertThat(queue.sendable().size()).isZero();
    }

    @Test
    void newerWriteReplacesTheOneThatWaitsAndItsBytes() {
        add(WriteBuilder.put("a").jsonBytes(100), 0);
        Write newer = add(WriteBuilder.put("a").offset(1).jsonBytes(30), 1);

        assertThat(counts.superseded).isEqualTo(1);
        assertThat(queue.sendable().size()).isEqualTo(1);
        assertThat(queue.sendable().bytes()).isEqualTo(30);
        assertThat(queue.oldestSince(9))
                .as("the slot has waited since the first write")
                .isZero();
        assertThat(takeOne()).isSameAs(newer);
    }

    @Test
    void firstPutIsKeptAndReplacesADelete() {
        queue = new KeyQueue(Precedence.FIRST, held);
        add(WriteBuilder.delete("a"), 0);
        Write first = add(WriteBuilder.put("a").offset(1), 0);
        add(WriteBuilder.put("a").offset(2), 0);
        add(WriteBuilder.delete("a").offset(3), 0);

        assertThat(counts.superseded).isEqualTo(1);
        assertThat(counts.stale).isEqualTo(2);
        assertThat(takeOne()).isSameAs(first);
    }

    @Test
    void highestVersionIsKeptAndOfEqualVersionsTheLaterWrite() {
        queue = new KeyQueue(Precedence.HIGHEST, held);
        add(WriteBuilder.put("a").version(5), 0);
        add(WriteBuilder.put("a").version(4).offset(1), 0);
        assertThat(counts.stale).isEqualTo(1);
        Write equal = add(WriteBuilder.put("a").version(5).offset(2), 0);

        assertThat(counts.superseded).isEqualTo(1);
        assertThat(takeOne()).isSameAs(equal);
    }

    @Test
    void writeThatIsPutBackIsSendableAgainWhenItsDelayEnds() {
        add(WriteBuilder.put("a"), 0);
        Write failed = takeOne();
        queue.putBack(failed, 100, 10);

        assertThat(queue.nextDelayEnd()).isEqualTo(100);
        queue.endDelays(99);
        assertThat(queue.sendable().size()).isZero();
        queue.endDelays(100);
        assertThat(queue.nextDelayEnd()).isEqualTo(Long.MAX_VALUE);
        assertThat(queue.sendable().firstSince()).isEqualTo(100);
        assertThat(takeOne()).isSameAs(failed);
    }

    @Test
    void delaysEndInTheOrderOfTheirTimes() {
        add(WriteBuilder.put("a"), 0);
        add(WriteBuilder.put("b"), 0);
        List<Write> failed = takeAll();
        queue.putBack(failed.get(0), 200, 0);
        queue.putBack(failed.get(1), 100, 0);

        assertThat(queue.nextDelayEnd()).isEqualTo(100);
        queue.endDelays(150);
        assertThat(takeAll()).containsExactly(failed.get(1));
        assertThat(queue.nextDelayEnd()).isEqualTo(200);
    }

    @Test
    void newerWriteBehindOneThatIsPutBackIsKeptAndDelayed() {
        add(WriteBuilder.put("a"), 0);
        Write failed = takeOne();
        Write behind = add(WriteBuilder.put("a").offset(1), 1);
        queue.putBack(failed, 100, 10);

        assertThat(counts.superseded).isEqualTo(1);
        assertThat(queue.sendable().size()).isZero();
        queue.endDelays(100);
        assertThat(takeOne()).isSameAs(behind);
    }

    @Test
    void putBackWriteIsKeptIfItTakesPrecedenceOverTheOneBehind() {
        queue = new KeyQueue(Precedence.HIGHEST, held);
        add(WriteBuilder.put("a").version(2), 0);
        Write failed = takeOne();
        add(WriteBuilder.put("a").version(1).offset(1), 1);
        queue.putBack(failed, 100, 10);

        assertThat(counts.stale).isEqualTo(1);
        queue.endDelays(100);
        assertThat(takeOne()).isSameAs(failed);
    }

    @Test
    void writeAddedToADelayedKeyWaitsForTheDelay() {
        add(WriteBuilder.put("a").jsonBytes(50), 0);
        queue.putBack(takeOne(), 100, 0);
        Write newer = add(WriteBuilder.put("a").offset(1).jsonBytes(70), 1);

        assertThat(queue.sendable().size()).isZero();
        assertThat(queue.sendable().bytes()).isZero();
        queue.endDelays(100);
        assertThat(queue.sendable().bytes()).isEqualTo(70);
        assertThat(takeOne()).isSameAs(newer);
    }

    @Test
    void failuresOfAKeyAddUpUntilAWriteSucceeds() {
        add(WriteBuilder.put("a"), 0);
        for (int attempt = 1; attempt <= 3; attempt++) {
            Write write = takeOne();
            assertThat(queue.countFirstAttempts(List.of(write))).isEqualTo(attempt == 1 ? 1 : 0);
            assertThat(queue.failed(List.of(write))).isEqualTo(attempt);
            queue.putBack(write, 0, 0);
            queue.endDelays(0);
        }
        takeOne();
        Write behind = add(WriteBuilder.put("a").offset(1), 0);
        queue.succeeded(A, 0);
        assertThat(takeOne()).isSameAs(behind);
        assertThat(queue.countFirstAttempts(List.of(behind))).isEqualTo(1);
        assertThat(queue.failed(List.of(behind))).isEqualTo(1);
    }

    @Test
    void failuresOfAKeyRemainIfItsBusyWriteEndsUnwritten() {
        add(WriteBuilder.put("a"), 0);
        Write write = takeOne();
        queue.failed(List.of(write));
        Write behind = add(WriteBuilder.put("a").offset(1), 0);
        queue.free(A, 0);

        assertThat(takeOne()).isSameAs(behind);
        assertThat(queue.countFirstAttempts(List.of(behind))).isZero();
        assertThat(queue.failed(List.of(behind))).isEqualTo(2);
    }

    @Test
    void failuresAreThoseOfTheWriteThatHasFailedMost() {
        add(WriteBuilder.put("a"), 0);
        add(WriteBuilder.put("b"), 0);
        List<Write> writes = takeAll();
        queue.failed(writes.subList(0, 1));

        assertThat(queue.failed(writes)).isEqualTo(2);
    }

    @Test
    void forgottenPartitionLeavesNoWaitingWriteAndKeepsThoseOfOthers() {
        Write busy = add(WriteBuilder.put("busy").partition(1), 0);
        takeOne();
        Write behind = add(WriteBuilder.put("busy").partition(1).offset(1), 1);
        add(WriteBuilder.put("delayed").partition(1), 2);
        Write delayed = takeOne();
        queue.putBack(delayed, 100, 2);
        Write waiting = add(WriteBuilder.put("waiting").partition(1).jsonBytes(70), 3);
        Write other = add(WriteBuilder.put("other").partition(0).jsonBytes(30), 4);

        assertThat(queue.forget(Records.TOPIC, 1)).containsExactlyInAnyOrder(behind, delayed, waiting);
        assertThat(queue.sendable().bytes()).isEqualTo(30);
        assertThat(queue.nextDelayEnd()).isEqualTo(Long.MAX_VALUE);
        assertThat(takeAll()).containsExactly(other);
        assertThat(queue.oldestSince(9)).as("the busy write is still held").isZero();
        queue.free(busy.key(), 9);
        assertThat(takeAll()).isEmpty();
        assertThat(queue.oldestSince(9)).isEqualTo(4);
    }

    @Test
    void sameNumberOfAnotherTopicIsAnotherPartition() {
        Write write = add(WriteBuilder.put("a").partition(1), 0);

        assertThat(queue.forget("another-topic", 1)).isEmpty();
        assertThat(takeOne()).isSameAs(write);
    }

    @Test
    void ageOfAKeyIsThatOfItsOldestUnfinishedRecord() {
        add(WriteBuilder.put("a"), 3);
        takeOne();
        add(WriteBuilder.put("a").offset(1), 5);
        assertThat(queue.heldSince(A)).isEqualTo(3);
        assertThat(queue.oldestSince(9)).isEqualTo(3);
        queue.succeeded(A, 7);

        assertThat(queue.heldSince(A)).isEqualTo(5);
        assertThat(queue.oldestSince(9)).isEqualTo(5);
        assertThat(queue.oldestSince(4)).isEqualTo(4);
    }
}
