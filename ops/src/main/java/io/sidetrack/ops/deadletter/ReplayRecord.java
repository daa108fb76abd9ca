package io.sidetrack.ops.deadletter;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.OriginalTimestamp;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * A dead letter about to be replayed.
 *
 * @param content what to send: the letter itself, or, of a reduced letter, the record that it came from
 */
record ReplayRecord(DeadLetter letter, ConsumerRecord<byte[], byte[]> content, String target) {
    /** Key, value and headers, in bytes. */
    long bytes() {
        long bytes = Math.max(0L, content.serializedKeySize()) + Math.max(0L, content.serializedValueSize());
        for (Header header : content.headers()) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }

    /** The record as it came, with one more attempt. */
    ProducerRecord<byte[], byte[]> replayed() {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(target, null, timestampMs(), content.key(), content.value(), content.headers());
        Headers headers = record.headers();
        if (content != letter.record()) {
            // The letter has it already; its record has not if it reached the lane by another way than the router.
            OriginalTimestamp.addIfAbsent(headers, content.timestamp());
        }
        DeadLetterHeaders.remove(headers);
        headers.remove(DeadLetterHeaders.ATTEMPT);
        int attempts = Math.min(DeadLetter.MOST_ATTEMPTS, letter.attempts() + 1);
        DeadLetterHeaders.put(headers, DeadLetterHeaders.ATTEMPT, Integer.toString(attempts));
        return record;
    }

    /**
     * The original timestamp, for a topic whose reader does not trust headers. No later than the letter, because a topic may
     * reject what comes from the future.
     */
    private long timestampMs() {
        long originalMs = OriginalTimestamp.read(content.headers()).orElse(content.timestamp());
        return Math.max(0, Math.min(originalMs, letter.record().timestamp()));
    }

    /**
     * The mark that the letter was replayed.
     *
     * @param topic the dead-letter topic
     */
    ProducerRecord<byte[], byte[]> mark(String topic) {
        return new ReplayMark(letter.record().partition(), letter.record().offset()).toRecord(topic);
    }
}
