package io.sidetrack.ops.deadletter;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.Reduction;
import io.sidetrack.ops.JsonObject;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A record of a dead-letter topic. */
record DeadLetter(ConsumerRecord<byte[], byte[]> record) {
    static final String UNKNOWN = "(unknown)";
    /** The maximum count of replays. A replay never writes a number with more digits. */
    static final int MAX_ATTEMPTS = 999_999;

    private static final Pattern TOPIC_NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern ATTEMPTS = Pattern.compile("\\d{1,6}");

    /** Its partition and offset, as commands accept them. */
    String position() {
        return record.partition() + ":" + record.offset();
    }

    String reason() {
        return header(DeadLetterHeaders.REASON)
                .or(() -> header(DeadLetterHeaders.EXCEPTION))
                .orElse(UNKNOWN);
    }

    /** The topic of its source record; empty if no header contains the name of a topic. */
    Optional<String> sourceTopic() {
        return header(DeadLetterHeaders.TOPIC)
                .filter(name -> TOPIC_NAME.matcher(name).matches());
    }

    /** The position of its source record, for messages. */
    String sourcePosition() {
        return "%s, partition %s, offset %s"
                .formatted(
                        sourceTopic().orElse("?"),
                        shown(number(DeadLetterHeaders.PARTITION)),
                        shown(number(DeadLetterHeaders.OFFSET)));
    }

    /** The position of its source record, for programs; what is unknown is left out. */
    JsonObject origin() {
        return new JsonObject()
                .put("topic", sourceTopic())
                .put("partition", number(DeadLetterHeaders.PARTITION))
                .put("offset", number(DeadLetterHeaders.OFFSET));
    }

    private static String shown(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "?";
    }

    /** The partition of its source record; -1 if it is unknown. */
    int sourcePartition() {
        long partition = number(DeadLetterHeaders.PARTITION).orElse(-1);
        return partition > Integer.MAX_VALUE ? -1 : (int) partition;
    }

    /** The offset of its source record; -1 if it is unknown. */
    long sourceOffset() {
        return number(DeadLetterHeaders.OFFSET).orElse(-1);
    }

    private OptionalLong number(String name) {
        return header(name)
                .filter(text -> NUMBER.matcher(text).matches())
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    /** Describes the parts of the source record that are left out; empty if the dead letter is complete. */
    Optional<Reduction> reduction() {
        return Reduction.read(record.headers());
    }

    /**
     * The number of earlier replays; 0 if the header contains no number that a replay can have written, because any producer can
     * send records with this header to a lane.
     */
    int attempts() {
        return header(DeadLetterHeaders.ATTEMPT)
                .filter(text -> ATTEMPTS.matcher(text).matches())
                .map(Integer::parseInt)
                .orElse(0);
    }

    private Optional<String> header(String name) {
        return DeadLetterHeaders.text(record.headers(), name);
    }
}
