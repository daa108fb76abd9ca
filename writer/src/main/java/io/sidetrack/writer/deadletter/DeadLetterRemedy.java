package io.sidetrack.writer.deadletter;

import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/** What an operator can do about a failure of the dead-letter topic. */
final class DeadLetterRemedy {
    private DeadLetterRemedy() {}

    /**
     * The remedy if a letter arrived in a smaller form only.
     *
     * @param failure of the whole letter
     * @param recordBytes the size of the whole record, uncompressed
     */
    static String forWholeLetters(Throwable failure, String topic, long recordBytes) {
        if (failure instanceof TimeoutException) {
            return "raise socket.request.max.bytes of the brokers";
        }
        if (failure instanceof RecordTooLargeException && recordBytes > DeadLetterProducer.LEAST_REQUEST_BYTES) {
            return "raise KAFKA_MAX_REQUEST_SIZE, and max.message.bytes of " + topic;
        }
        return of(failure, topic);
    }

    /** The remedy if a letter did not arrive in any form. */
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
            return "remove compact from cleanup.policy of %s, or what validates its records in the brokers"
                    .formatted(topic);
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
