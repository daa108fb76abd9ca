package io.sidetrack.writer.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** Each failure has a remedy that ends it. */
class DeadLetterRemedyTest {
    @Test
    void namesTheRemedyOfEachFailure() {
        assertThat(TopicRemedy.of(new RecordTooLargeException(), "t")).startsWith("raise max.message.bytes of t");
        assertThat(TopicRemedy.of(new RecordBatchTooLargeException(), "t")).startsWith("raise segment.bytes of t");
        assertThat(TopicRemedy.of(new InvalidTimestampException("x"), "t")).contains("clock");
        assertThat(TopicRemedy.of(new InvalidRecordException("x"), "t")).contains("cleanup.policy of t");
        assertThat(TopicRemedy.of(new TopicAuthorizationException("t"), "t")).contains("WRITE to t");
        assertThat(TopicRemedy.of(new OutOfMemoryError(), "t")).contains("heap");
        assertThat(TopicRemedy.of(new TimeoutException(), "t")).contains("t exists");
    }

    @Test
    void namesTheRemedyForReducedDeadLetters() {
        assertThat(DeadLetterRemedy.forWholeDeadLetters(new RecordTooLargeException(), "t", 2_000_000))
                .startsWith("raise max.message.bytes of t");
        assertThat(DeadLetterRemedy.forWholeDeadLetters(new RecordTooLargeException(), "t", 40_000_000))
                .contains("KAFKA_MAX_REQUEST_SIZE");
        assertThat(DeadLetterRemedy.forWholeDeadLetters(new TimeoutException(), "t", 2_000_000))
                .contains("socket.request.max.bytes");
    }
}
