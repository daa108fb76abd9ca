package io.sidetrack.adversarial;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record that was made to do harm.
 *
 * @param timestampMs empty for the time of sending; the protocol allows -1, Kafka's {@link ProducerRecord} does not
 * @param id the item that it writes; empty if it cannot write one
 */
record HostileRecord(
        HostileKind kind,
        Codec codec,
        byte[] key,
        byte[] value,
        List<Header> headers,
        Optional<Long> timestampMs,
        Optional<String> id,
        Fate fate) {
    /** The record, for a topic. */
    ProducerRecord<byte[], byte[]> to(String topic) {
        ProducerRecord<byte[], byte[]> record = timestampMs.filter(at -> at < 0).isPresent()
                ? new NegativeTimestamp(topic, key, value, timestampMs.get())
                : new ProducerRecord<>(topic, null, timestampMs.orElse(null), key, value);
        headers.forEach(record.headers()::add);
        return record;
    }

    /** The class refuses a negative timestamp; the producer sends -1, which is how old clients say that there is none. */
    private static final class NegativeTimestamp extends ProducerRecord<byte[], byte[]> {
        private final long timestampMs;

        NegativeTimestamp(String topic, byte[] key, byte[] value, long timestampMs) {
            super(topic, key, value);
            this.timestampMs = timestampMs;
        }

        @Override
        public Long timestamp() {
            return timestampMs;
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
