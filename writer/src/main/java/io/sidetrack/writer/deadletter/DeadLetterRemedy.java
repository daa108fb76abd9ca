package io.sidetrack.writer.deadletter;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/** The remedies for failures of the dead-letter topic, as part of a log message. */
final class DeadLetterRemedy {
    private DeadLetterRemedy() {}

    /**
     * The remedy if the topic accepted only a smaller form of a dead letter.
     *
     * @param failure the reason why the topic rejected the whole dead letter
     * @param recordBytes the uncompressed size of the whole record
     */
    static String forWholeDeadLetters(Throwable failure, String topic, long recordBytes) {
        if (failure instanceof TimeoutException) {
            return "raise socket.request.max.bytes of the brokers";
        }
        if (failure instanceof RecordTooLargeException && recordBytes > DeadLetterProducer.MIN_REQUEST_BYTES) {
            return "raise KAFKA_MAX_REQUEST_SIZE, and max.message.bytes of " + topic;
        }
        return of(failure, topic);
    }

    /** The remedy if the topic accepted no form of a dead letter. */
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
