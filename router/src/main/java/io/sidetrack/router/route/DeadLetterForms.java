package io.sidetrack.router.route;

import io.sidetrack.common.deadletter.DeadLetterContent;
import io.sidetrack.common.deadletter.DeadLetterForm;
import io.sidetrack.common.service.StopException;
import io.sidetrack.router.placement.Destination;
import io.sidetrack.router.placement.Refusal;
import io.sidetrack.router.settings.RouterSettings;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.record.TimestampType;

/**
 * Creates dead letters in the largest form that their topic accepts, according to its limits and to what its brokers have
 * rejected. A setting can request a stop instead of a reduced dead letter. Thread-safe.
 *
 * @param topic the dead-letter topic
 * @param reduces whether a dead letter that the topic rejects is reduced
 */
record DeadLetterForms(Destination topic, boolean reduces) {
    /**
     * A dead letter, ready to be sent.
     *
     * @param record the dead letter's content, with the partition and offset of its record in the source
     * @param whole whether it contains the whole record
     */
    record DeadLetter(ConsumerRecord<byte[], byte[]> record, DeadLetterForm form, boolean whole) {}

    /**
     * The dead letter of a record that its lane refuses.
     *
     * @param largest the largest form that the topic's brokers have not rejected
     * @throws StopException if the dead letter would have to be reduced, and the setting requests a stop
     * @throws IllegalStateException if the topic does not even accept the smallest form
     */
    DeadLetter deadLetter(ConsumerRecord<byte[], byte[]> record, Refusal refusal, DeadLetterForm largest, long nowMs) {
        DeadLetterForm form = largest;
        DeadLetterContent content = content(record, refusal, form);
        for (Optional<Refusal> no = refusal(content, nowMs); no.isPresent(); no = refusal(content, nowMs)) {
            // A compacted topic needs a key, which only the smallest form is sure to have.
            form = (no.get() == Refusal.NO_KEY && form != DeadLetterForm.MINIMAL
                            ? Optional.of(DeadLetterForm.MINIMAL)
                            : form.smaller())
                    .orElseThrow(() -> new IllegalStateException(rejected(record, refusal)));
            content = content(record, refusal, form);
        }
        if (form != DeadLetterForm.WHOLE && !reduces) {
            throw new StopException(
                    rejected(record, refusal) + ", or set " + RouterSettings.DEAD_LETTER_REJECTED + "=reduce", null);
        }
        return new DeadLetter(with(record, content), form, content.whole());
    }

    private Optional<Refusal> refusal(DeadLetterContent deadLetter, long nowMs) {
        return topic.limits().refusal(deadLetter.key(), deadLetter.value(), deadLetter.headers(), nowMs);
    }

    private static DeadLetterContent content(
            ConsumerRecord<byte[], byte[]> record, Refusal refusal, DeadLetterForm form) {
        return DeadLetterContent.of(
                form,
                new DeadLetterContent.SourceRecord(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        record.timestamp(),
                        record.key(),
                        record.value(),
                        record.headers()),
                new DeadLetterContent.Cause(Refusal.class.getName(), refusal.message(), refusal.code()));
    }

    private static ConsumerRecord<byte[], byte[]> with(
            ConsumerRecord<byte[], byte[]> record, DeadLetterContent content) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                TimestampType.CREATE_TIME,
                0,
                0,
                content.key(),
                content.value(),
                content.headers(),
                Optional.empty());
    }

    private String rejected(ConsumerRecord<byte[], byte[]> record, Refusal refusal) {
        return ("%s, partition %d, offset %d: %s, and the dead-letter topic does not accept it either; raise"
                        + " max.message.bytes and segment.bytes of %s, and KAFKA_MAX_REQUEST_SIZE and KAFKA_BUFFER_MEMORY if"
                        + " the record is larger than these")
                .formatted(record.topic(), record.partition(), record.offset(), refusal.code(), topic.topic());
    }
}
