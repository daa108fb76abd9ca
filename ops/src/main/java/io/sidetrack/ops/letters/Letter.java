package io.sidetrack.ops.letters;

import io.sidetrack.common.record.DeadLetterHeaders;
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

    /** How often it was replayed before. */
    int attempts() {
        try {
            return Integer.parseInt(header(DeadLetterHeaders.ATTEMPT).orElse("0"));
        } catch (NumberFormatException e) {
            return 0;
        }
    }

    private Optional<String> header(String name) {
        return DeadLetterHeaders.text(record.headers(), name);
    }
}
