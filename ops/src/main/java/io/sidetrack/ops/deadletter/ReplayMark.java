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
 * The mark that a dead letter was replayed: a record behind the letter, in its partition, with no key, no value and no header but
 * the letter's place.
 *
 * <p>No producer can have one written. Services write only dead letters to the topic, and a dead letter always has the headers of
 * its origin besides those of its record; a record with this header and any other is a letter. The letter's place must also be
 * one that lies before the mark in the same partition.
 *
 * @param offset the letter's offset
 */
record ReplayMark(int partition, long offset) {
    /** The letter's partition and offset, such as {@code 0:17}. */
    static final String HEADER = "sidetrack-replayed";

    private static final Pattern PLACE = Pattern.compile("(\\d{1,9}):(\\d{1,18})");
    private static final int LONGEST_PLACE = 28;

    /** The mark that a record is; empty if it is a letter. */
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
        if (only == null || !HEADER.equals(only.key()) || only.value() == null || only.value().length > LONGEST_PLACE) {
            return Optional.empty();
        }
        return place(new String(only.value(), UTF_8))
                .filter(mark -> mark.partition == record.partition() && mark.offset < record.offset());
    }

    /** The place that a text names; empty if it names none. */
    static Optional<ReplayMark> place(String text) {
        Matcher place = PLACE.matcher(text);
        return place.matches()
                ? Optional.of(new ReplayMark(Integer.parseInt(place.group(1)), Long.parseLong(place.group(2))))
                : Optional.empty();
    }

    /** The record to write. */
    ProducerRecord<byte[], byte[]> toRecord(String topic) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, partition, null, null);
        DeadLetterHeaders.put(record.headers(), HEADER, partition + ":" + offset);
        return record;
    }
}
