package io.sidetrack.writer.deadletter;

import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/** The remedies if the dead-letter topic accepts a dead letter only in a smaller form, as part of a log message. */
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
        return TopicRemedy.of(failure, topic);
    }
}
