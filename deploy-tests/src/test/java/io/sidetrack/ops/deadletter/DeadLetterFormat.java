package io.sidetrack.ops.deadletter;

import io.sidetrack.common.record.Reduction;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * What the commands read from a dead letter.
 *
 * @param reason its code
 * @param position of the source record, as text
 * @param attempts earlier replays
 * @param reduction what is left out; empty if it is whole
 */
public record DeadLetterFormat(String reason, String position, int attempts, Optional<Reduction> reduction) {
    /** Reads a dead letter. */
    public static DeadLetterFormat read(ConsumerRecord<byte[], byte[]> record) {
        DeadLetter letter = new DeadLetter(record);
        return new DeadLetterFormat(letter.reason(), letter.sourcePosition(), letter.attempts(), letter.reduction());
    }

    /** The record that a replay of the dead letter sends. */
    public static ProducerRecord<byte[], byte[]> replayed(ConsumerRecord<byte[], byte[]> record, String topic) {
        return new ReplayRecord(new DeadLetter(record), record, topic).replayed();
    }

    /** The mark that a dead letter was replayed. */
    public static ProducerRecord<byte[], byte[]> mark(ConsumerRecord<byte[], byte[]> record) {
        return new ReplayRecord(new DeadLetter(record), record, "").mark(record.topic());
    }
}
