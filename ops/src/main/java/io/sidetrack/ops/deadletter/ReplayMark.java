package io.sidetrack.ops.deadletter;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.DeadLetterHeaders;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * The mark of a replayed dead letter: a later record in the same partition, without key and value, whose only header is the
 * position of the dead letter.
 *
 * <p>No producer can forge a mark through a service. Services write only dead letters to the topic, and a dead letter always has
 * further headers; a record with this header and any other is a dead letter. The position must also precede the mark in the same
 * partition.
 *
 * @param offset the offset of the dead letter
 */
record ReplayMark(int partition, long offset) {
    /** The partition and offset of the dead letter, such as {@code 0:17}. */
    static final String HEADER = "sidetrack-replayed";

    private static final Pattern POSITION = Pattern.compile("(\\d{1,9}):(\\d{1,18})");
    private static final int MAX_POSITION_LENGTH = 28;

    /** Reads a record as a mark; empty if it is a dead letter. */
    static Optional<ReplayMark> read(ConsumerRecord<?, ?> record) {
        if (record.serializedKeySize() >= 0 || record.serializedValueSize() >= 0) {
            return Optional.empty();
        }
        Header only = null;
        for (Header header : record.headers()) {
            if (only != null) {
                return Optional.empty();
            }
            only = header;
        }
        if (only == null
                || !HEADER.equals(only.key())
                || only.value() == null
                || only.value().length > MAX_POSITION_LENGTH) {
            return Optional.empty();
        }
        return parse(new String(only.value(), UTF_8))
                .filter(mark -> mark.partition == record.partition() && mark.offset < record.offset());
    }

    /** Parses a position such as {@code 0:17}; empty if the text is not one. */
    static Optional<ReplayMark> parse(String text) {
        Matcher position = POSITION.matcher(text);
        return position.matches()
                ? Optional.of(new ReplayMark(Integer.parseInt(position.group(1)), Long.parseLong(position.group(2))))
                : Optional.empty();
    }

    /** The record of the mark. */
    ProducerRecord<byte[], byte[]> toRecord(String topic) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, null, null);
        DeadLetterHeaders.put(record.headers(), HEADER, partition + ":" + offset);
        return record;
    }
}
