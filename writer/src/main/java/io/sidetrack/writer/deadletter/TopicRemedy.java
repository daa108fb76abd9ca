package io.sidetrack.writer.deadletter;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** The remedies for failures of a topic to which the writer sends, as part of a log message. */
public final class TopicRemedy {
    private TopicRemedy() {}

    /** The remedy if a topic accepts nothing. */
    public static String of(Throwable failure, String topic) {
        if (failure instanceof RecordBatchTooLargeException) {
            return "raise segment.bytes of %s; no restart is needed".formatted(topic);
        }
        if (failure instanceof RecordTooLargeException) {
            return "raise max.message.bytes of %s; no restart is needed".formatted(topic);
        }
        if (failure instanceof InvalidTimestampException) {
            return "correct the clock of this machine or of the brokers";
        }
        if (failure instanceof InvalidRecordException || failure instanceof PolicyViolationException) {
            return "remove compact from cleanup.policy of %s, or the validation of its records in the brokers"
                    .formatted(topic);
        }
        if (failure instanceof AuthorizationException) {
            return "allow this principal to WRITE to %s".formatted(topic);
        }
        if (failure instanceof OutOfMemoryError) {
            return "raise the heap";
        }
        return "check that %s exists and that its brokers are up".formatted(topic);
    }
}
