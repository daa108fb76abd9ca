package io.sidetrack.ops.audit;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.Reduction;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** The router's dead letters, which name the records that they stand for. There are few of them. Not thread-safe. */
final class DeadLetters {
    private final String source;
    private final Digester digester;
    private final Map<Origin, List<Letter>> byOrigin = new HashMap<>();
    private final Map<Digest, Integer> buried = new HashMap<>();

    private record Origin(int partition, long offset) {}

    /**
     * One of them.
     *
     * @param at where it lies, packed
     * @param reduction what it says of a record of which it holds a part only
     */
    record Letter(long at, Digest digest, Optional<Reduction> reduction) {
        /** Whether a record is the one that it stands for. */
        boolean isOf(ConsumerRecord<byte[], byte[]> record, Digester digester) {
            return reduction
                    .map(parts -> parts.isOf(record.key(), record.value()))
                    .orElseGet(() -> digest.equals(digester.letterOf(record)));
        }
    }

    DeadLetters(String source, Digester digester) {
        this.source = source;
        this.digester = digester;
    }

    /**
     * Adds a record of the dead-letter topic.
     *
     * @param at where it lies, packed
     * @return false if it names no record of the source, as those of other routers and the marks of replays
     */
    boolean add(ConsumerRecord<byte[], byte[]> record, long at) {
        Optional<Origin> origin = origin(record);
        origin.ifPresent(from -> byOrigin.computeIfAbsent(from, none -> new ArrayList<>(1))
                .add(new Letter(at, digester.letter(record), Reduction.read(record.headers()))));
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

    /** Those that stand for a record of the source; they are not returned again. */
    List<Letter> of(ConsumerRecord<byte[], byte[]> record) {
        if (byOrigin.isEmpty()) {
            return List.of();
        }
        return Optional.ofNullable(byOrigin.remove(new Origin(record.partition(), record.offset())))
                .orElse(List.of());
    }

    /** Notes that a record has a letter. */
    void bury(Digest digest, int index) {
        buried.put(digest, index);
    }

    /** The index of a record with this digest that has a letter. */
    Optional<Integer> buried(Digest digest) {
        return buried.isEmpty() ? Optional.empty() : Optional.ofNullable(buried.get(digest));
    }

    /**
     * Where those lie that name a record that is not in the source, although it should be.
     *
     * @param ends behind the last record of each partition of the source that is looked at
     */
    List<Long> unnamed(Map<Integer, Long> ends) {
        List<Long> unnamed = new ArrayList<>();
        byOrigin.forEach((origin, some) -> {
            if (origin.offset() < ends.getOrDefault(origin.partition(), 0L)) {
                some.forEach(letter -> unnamed.add(letter.at()));
            }
        });
        return unnamed;
    }
}
