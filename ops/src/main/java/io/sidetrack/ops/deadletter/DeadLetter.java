package io.sidetrack.ops.deadletter;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.Reduction;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A dead letter in its topic. */
record DeadLetter(ConsumerRecord<byte[], byte[]> record) {
    static final String UNKNOWN = "(none said)";
    /** More replays than this are not counted; a number with more digits was not written by a replay. */
    static final int MOST_ATTEMPTS = 999_999;

    private static final Pattern TOPIC_NAME = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final Pattern ATTEMPTS = Pattern.compile("\\d{1,6}");

    /** Where it lies: partition and offset, as commands take it. */
    String place() {
        return record.partition() + ":" + record.offset();
    }

    String reason() {
        return header(DeadLetterHeaders.REASON)
                .or(() -> header(DeadLetterHeaders.EXCEPTION))
                .orElse(UNKNOWN);
    }

    /** The topic that it was read from; empty if no header holds the name of a topic. */
    Optional<String> origin() {
        return header(DeadLetterHeaders.TOPIC)
                .filter(name -> TOPIC_NAME.matcher(name).matches());
    }

    /** Where it was read from, to be shown. */
    String originPlace() {
        return "%s, partition %s, offset %s"
                .formatted(
                        origin().orElse("?"),
                        shown(number(DeadLetterHeaders.PARTITION)),
                        shown(number(DeadLetterHeaders.OFFSET)));
    }

    private static String shown(OptionalLong number) {
        return number.isPresent() ? Long.toString(number.getAsLong()) : "?";
    }

    /** The partition that it was read from; -1 if no header says so. */
    int originPartition() {
        long partition = number(DeadLetterHeaders.PARTITION).orElse(-1);
        return partition > Integer.MAX_VALUE ? -1 : (int) partition;
    }

    /** The offset that it was read from; -1 if no header says so. */
    long originOffset() {
        return number(DeadLetterHeaders.OFFSET).orElse(-1);
    }

    private OptionalLong number(String name) {
        return header(name)
                .filter(text -> NUMBER.matcher(text).matches())
                .map(text -> OptionalLong.of(Long.parseLong(text)))
                .orElse(OptionalLong.empty());
    }

    /** What it leaves out of its record; empty if it is whole. */
    Optional<Reduction> reduction() {
        return Reduction.read(record.headers());
    }

    /**
     * How often it was replayed before; 0 if its header holds no number that a replay can have written: a producer may have sent
     * anything to a lane that is written to directly.
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
