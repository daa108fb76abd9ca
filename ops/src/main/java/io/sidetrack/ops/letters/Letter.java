package io.sidetrack.ops.letters;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.Reduction;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A dead letter in its topic. */
record Letter(ConsumerRecord<byte[], byte[]> record) {
    static final String UNKNOWN = "(none said)";

    /** Where it lies: partition and offset, as commands take it. */
    String place() {
        return record.partition() + ":" + record.offset();
    }

    String reason() {
        return header(DeadLetterHeaders.REASON)
                .or(() -> header(DeadLetterHeaders.EXCEPTION))
                .orElse(UNKNOWN);
    }

    /** The topic that it was read from. */
    Optional<String> origin() {
        return header(DeadLetterHeaders.TOPIC);
    }

    /** Where it was read from, to be shown. */
    String originPlace() {
        return "%s, partition %s, offset %s"
                .formatted(
                        origin().orElse("?"),
                        header(DeadLetterHeaders.PARTITION).orElse("?"),
                        header(DeadLetterHeaders.OFFSET).orElse("?"));
    }

    /** The partition that it was read from; -1 if no header says so. */
    int originPartition() {
        return (int) number(DeadLetterHeaders.PARTITION);
    }

    /** The offset that it was read from; -1 if no header says so. */
    long originOffset() {
        return number(DeadLetterHeaders.OFFSET);
    }

    private long number(String name) {
        try {
            return Long.parseLong(header(name).orElse("-1"));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** What it leaves out of its record; empty if it is whole. */
    Optional<Reduction> reduction() {
        return Reduction.read(record.headers());
    }

    /** How often it was replayed before. */
    int attempts() {
        return DeadLetterHeaders.attempts(record.headers());
    }

    private Optional<String> header(String name) {
        return DeadLetterHeaders.text(record.headers(), name);
    }
}
