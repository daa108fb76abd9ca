package io.sidetrack.common.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownServerException;
import org.junit.jupiter.api.Test;

/** A failure that can depend on the record leads to a smaller form; an outage does not. */
class NextDeadLetterFormTest {
    private static final long SMALL = 1000;
    private static final long LARGE = 2_000_000;

    @Test
    void rejectedDeadLetterIsSentInTheNextSmallerForm() {
        List<Throwable> rejections = List.of(
                new RecordTooLargeException("large"),
                new RecordBatchTooLargeException("large"),
                new PolicyViolationException("no"),
                new UnknownServerException("why"),
                new OutOfMemoryError("heap"));
        assertThat(rejections).allSatisfy(failure -> {
            assertThat(NextDeadLetterForm.after(DeadLetterForm.WHOLE, failure, SMALL))
                    .contains(DeadLetterForm.REDUCED);
            assertThat(NextDeadLetterForm.after(DeadLetterForm.REDUCED, failure, SMALL))
                    .contains(DeadLetterForm.MINIMAL);
            assertThat(NextDeadLetterForm.after(DeadLetterForm.MINIMAL, failure, SMALL))
                    .isEmpty();
        });
    }

    @Test
    void invalidDeadLetterIsSentInTheFormThatHasItsOwnKey() {
        InvalidRecordException failure = new InvalidRecordException("no key");
        assertThat(NextDeadLetterForm.after(DeadLetterForm.WHOLE, failure, SMALL))
                .contains(DeadLetterForm.MINIMAL);
        assertThat(NextDeadLetterForm.after(DeadLetterForm.REDUCED, failure, SMALL))
                .contains(DeadLetterForm.MINIMAL);
        assertThat(NextDeadLetterForm.after(DeadLetterForm.MINIMAL, failure, SMALL))
                .isEmpty();
    }

    @Test
    void deadLetterStaysWholeDuringAnOutage() {
        List<Throwable> outages = List.of(
                new TimeoutException("no leader"),
                new NotLeaderOrFollowerException(),
                new TopicAuthorizationException("t"),
                new OutOfOrderSequenceException("lost"),
                new InvalidTimestampException("clock"),
                new KafkaException("part of a batch with an invalid record"),
                new IllegalStateException("closed"));
        assertThat(outages)
                .allSatisfy(failure -> assertThat(NextDeadLetterForm.after(DeadLetterForm.WHOLE, failure, SMALL))
                        .isEmpty());
    }

    @Test
    void timeoutOfALargeRecordCountsAsARejectedRequest() {
        assertThat(NextDeadLetterForm.after(DeadLetterForm.WHOLE, new TimeoutException("no response"), LARGE))
                .contains(DeadLetterForm.REDUCED);
        assertThat(NextDeadLetterForm.after(DeadLetterForm.WHOLE, new TopicAuthorizationException("t"), LARGE))
                .isEmpty();
    }
}
