package io.sidetrack.ops.audit;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.Reduction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The router's dead letters, each of which names its source record. There are few of them. Not thread-safe. */
final class DeadLetters {
    private final String source;
    private final Digester digester;
    private final Map<Origin, List<Entry>> byOrigin = new HashMap<>();
    private final Map<Digest, Integer> deadLettered = new HashMap<>();

    private record Origin(int partition, long offset) {}

    /**
     * A dead letter.
     *
     * @param at its packed position
     * @param reduction describes the whole record, if the dead letter contains only a part of it
     */
    record Entry(long at, Digest digest, Optional<Reduction> reduction) {
        /** True if the dead letter has the content of a record. */
        boolean isOf(ConsumerRecord<byte[], byte[]> record, Digester digester) {
            return reduction
                    .map(parts -> parts.isOf(record.key(), record.value()))
                    .orElseGet(() -> digest.equals(digester.deadLetterOf(record)));
        }
    }

    DeadLetters(String source, Digester digester) {
        this.source = source;
        this.digester = digester;
    }

    /**
     * Adds a record of the dead-letter topic.
     *
     * @param at its packed position
     * @return false if it names no record of the source: a dead letter of another router, or the mark of a replay
     */
    boolean add(ConsumerRecord<byte[], byte[]> record, long at) {
        Optional<Origin> origin = origin(record);
        origin.ifPresent(from -> byOrigin.computeIfAbsent(from, none -> new ArrayList<>(1))
                .add(new Entry(at, digester.deadLetter(record), Reduction.read(record.headers()))));
        return origin.isPresent();
    }

    private Optional<Origin> origin(ConsumerRecord<byte[], byte[]> record) {
        if (!DeadLetterHeaders.text(record.headers(), DeadLetterHeaders.TOPIC)
                .filter(source::equals)
                .isPresent()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Origin(
                    Integer.parseInt(DeadLetterHeaders.text(record.headers(), DeadLetterHeaders.PARTITION)
                            .orElse("")),
                    Long.parseLong(DeadLetterHeaders.text(record.headers(), DeadLetterHeaders.OFFSET)
                            .orElse(""))));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Removes and returns the dead letters of a source record. */
    List<Entry> of(ConsumerRecord<byte[], byte[]> record) {
        if (byOrigin.isEmpty()) {
            return List.of();
        }
        return Optional.ofNullable(byOrigin.remove(new Origin(record.partition(), record.offset())))
                .orElse(List.of());
    }

    /** Stores that a source record has a dead letter. */
    void markDeadLettered(Digest digest, int index) {
        deadLettered.put(digest, index);
    }

    /** The index of a source record with this digest that has a dead letter. */
    Optional<Integer> deadLettered(Digest digest) {
        return deadLettered.isEmpty() ? Optional.empty() : Optional.ofNullable(deadLettered.get(digest));
    }

    /**
     * The packed positions of dead letters that name a record in the range which the source does not contain.
     *
     * @param ends the end of the range, by partition of the source
     */
    List<Long> unnamed(Map<Integer, Long> ends) {
        List<Long> unnamed = new ArrayList<>();
        byOrigin.forEach((origin, some) -> {
            if (origin.offset() < ends.getOrDefault(origin.partition(), 0L)) {
                some.forEach(deadLetter -> unnamed.add(deadLetter.at()));
            }
        });
        return unnamed;
    }
}
