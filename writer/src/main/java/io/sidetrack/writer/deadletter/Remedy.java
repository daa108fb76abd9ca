package io.sidetrack.writer.deadletter;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/** What an operator can do about a failure of the dead-letter topic. */
final class Remedy {
    private Remedy() {}

    /** The remedy, as the end of a log line. */
    static String of(Throwable failure, String topic) {
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
            return "remove the validation of %s in the brokers; their logs name it".formatted(topic);
        }
        if (failure instanceof AuthorizationException) {
            return "allow this principal to WRITE to %s".formatted(topic);
        }
        if (failure instanceof OutOfMemoryError) {
            return "raise the heap";
        }
        return "see that %s exists and that its brokers are up".formatted(topic);
    }
}
