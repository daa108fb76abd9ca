package io.sidetrack.ops.deadletter;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.ops.cluster.RecordBytes;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A dead letter that will be replayed.
 *
 * @param content the record to send: the dead letter itself or, if it is reduced, its source record
 */
record ReplayRecord(DeadLetter deadLetter, ConsumerRecord<byte[], byte[]> content, String target) {
    /** The size of key, value and headers in bytes. */
    long bytes() {
        return RecordBytes.of(content);
    }

    /** The source record, with one more attempt in its header. */
    ProducerRecord<byte[], byte[]> replayed() {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(target, null, timestampMs(), content.key(), content.value(), content.headers());
        Headers headers = record.headers();
        if (content != deadLetter.record()) {
            // A dead letter already has this header. A source record lacks it if it was not sent by the router.
            OriginalTimestamp.addIfAbsent(headers, content.timestamp());
        }
        DeadLetterHeaders.remove(headers);
        headers.remove(DeadLetterHeaders.ATTEMPT);
        int attempts = Math.min(DeadLetter.MAX_ATTEMPTS, deadLetter.attempts() + 1);
        DeadLetterHeaders.put(headers, DeadLetterHeaders.ATTEMPT, Integer.toString(attempts));
        return record;
    }

    /**
     * The original timestamp, for a topic whose reader does not trust headers. It is not later than the dead letter, because a
     * topic may reject timestamps in the future.
     */
    private long timestampMs() {
        long originalMs = OriginalTimestamp.read(content.headers()).orElse(content.timestamp());
        return Math.max(0, Math.min(originalMs, deadLetter.record().timestamp()));
    }

    /**
     * The mark that the dead letter was replayed.
     *
     * @param topic the dead-letter topic
     */
    ProducerRecord<byte[], byte[]> mark(String topic) {
        return new ReplayMark(
                        deadLetter.record().partition(), deadLetter.record().offset())
                .toRecord(topic);
    }
}
