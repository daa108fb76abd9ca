package io.sidetrack.writer.buffer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Rejection;
import org.junit.jupiter.api.Test;

/** The states of a dead letter until it is acknowledged. */
class DeadLetterQueueTest {
    private static final long RETRY_NANOS = 100;

    private final DeadLetterQueue queue = new DeadLetterQueue(RETRY_NANOS);

    private DeadLetter add(int partition, long sinceNanos) {
        DeadLetter deadLetter = new DeadLetter(
                WriteBuilder.put("k").partition(partition).build().source(),
                new Rejection(Reason.NOT_JSON, "the value is not JSON"),
                sinceNanos);
        queue.add(deadLetter);
        return deadLetter;
    }

    @Test
    void deadLetterIsTakenOnceAndHeldUntilItIsAcknowledged() {
        DeadLetter deadLetter = add(0, 0);

        assertThat(queue.take(0)).containsExactly(deadLetter);
        assertThat(queue.take(0)).isEmpty();
        assertThat(queue.sent()).isEqualTo(1);
        assertThat(queue.size()).isEqualTo(1);
        queue.acknowledged(deadLetter);
        assertThat(queue.size()).isZero();
    }

    @Test
    void failedDeadLetterIsTakenAgainWhenItsDelayEnds() {
        DeadLetter deadLetter = add(0, 0);
        queue.take(0);

        assertThat(queue.failed(deadLetter, 7)).isTrue();
        assertThat(queue.sent()).isZero();
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.nextDueNanos()).isEqualTo(7 + RETRY_NANOS);
        assertThat(queue.take(7 + RETRY_NANOS - 1)).isEmpty();
        assertThat(queue.take(7 + RETRY_NANOS)).containsExactly(deadLetter);
        assertThat(queue.nextDueNanos()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void deadLetterCannotBeCompletedTwiceOrUnsent() {
        DeadLetter unsent = add(0, 0);
        assertThatThrownBy(() -> queue.acknowledged(unsent)).isInstanceOf(IllegalStateException.class);
        queue.take(0);
        queue.acknowledged(unsent);

        assertThatThrownBy(() -> queue.acknowledged(unsent)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> queue.failed(unsent, 0)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void equalDeadLettersAreHeldSeparately() {
        DeadLetter first = add(0, 0);
        DeadLetter second = new DeadLetter(first.source(), first.rejection(), first.sinceNanos());
        queue.add(second);
        queue.take(0);
        queue.acknowledged(first);

        assertThat(queue.size()).isEqualTo(1);
        queue.acknowledged(second);
        assertThat(queue.size()).isZero();
    }

    @Test
    void lostPartitionEndsUnsentAndDelayedDeadLettersAtOnceAndSentOnesWithTheirOutcome() {
        DeadLetter delayed = add(1, 0);
        queue.take(0);
        queue.failed(delayed, 0);
        DeadLetter fails = add(1, 1);
        DeadLetter succeeds = add(1, 2);
        queue.take(0);
        DeadLetter unsent = add(1, 3);
        DeadLetter other = add(0, 4);

        assertThat(queue.forget(Records.TOPIC, 1)).containsExactlyInAnyOrder(delayed, unsent);
        assertThat(queue.size()).isEqualTo(3);
        assertThat(queue.failed(fails, 5)).as("it is not sent again").isFalse();
        queue.acknowledged(succeeds);
        assertThat(queue.size()).isEqualTo(1);
        assertThat(queue.nextDueNanos()).isEqualTo(Long.MAX_VALUE);
        assertThat(queue.take(5)).containsExactly(other);
    }

    @Test
    void ageIsThatOfTheOldestInAnyState() {
        assertThat(queue.oldestSince(9)).isEqualTo(9);
        DeadLetter oldest = add(0, 1);
        queue.take(0);
        add(0, 2);
        assertThat(queue.oldestSince(9)).as("sent").isEqualTo(1);
        queue.failed(oldest, 0);
        assertThat(queue.oldestSince(9)).as("delayed").isEqualTo(1);
        queue.take(RETRY_NANOS);
        queue.acknowledged(oldest);
        assertThat(queue.oldestSince(9)).isEqualTo(2);
    }
}
