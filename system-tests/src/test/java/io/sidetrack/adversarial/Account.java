package io.sidetrack.adversarial;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * Follows every hostile record from the source to where it has ended. A dead letter names the place that its record came from;
 * on the lanes, records are recognised by key and value.
 */
final class Account {
    private static final Pattern REASON = Pattern.compile("[a-z][a-z0-9-]{1,40}");
    private static final int PROBLEMS_SHOWN = 30;

    private final Map<RecordPosition, Sent> source = new HashMap<>();
    private final Map<HostileKind, Integer> counts = new EnumMap<>(HostileKind.class);
    private final List<String> problems = new ArrayList<>();
    private long problemCount;

    /** Where a record is. */
    record RecordPosition(String topic, int partition, long offset) {}

    private record Sent(HostileKind kind, Optional<String> id, Fate fate, String content) {}

    /** A lane with the dead letters of its writer. */
    record Lane(
            Iterable<ConsumerRecord<byte[], byte[]>> records, Iterable<ConsumerRecord<byte[], byte[]>> deadLetters) {}

    /** A hostile record has been acknowledged. */
    synchronized void sent(HostileRecord record, RecordMetadata at) {
        counts.merge(record.kind(), 1, Integer::sum);
        source.put(
                new RecordPosition(at.topic(), at.partition(), at.offset()),
                new Sent(record.kind(), record.id(), record.fate(), content(record.key(), record.value())));
    }

    /** How many were sent of each kind. */
    synchronized Map<HostileKind, Integer> counts() {
        return new EnumMap<>(counts);
    }

    /**
     * Whatever has ended where it should not, or nowhere.
     *
     * @param routerDeadLetters the router's dead letters
     * @param live the lane that a writer reads
     * @param backfill the lane that none reads
     * @param neighbours how many there are on the live lane
     * @param inTable whether an item is there
     */
    synchronized List<String> problems(
            Iterable<ConsumerRecord<byte[], byte[]>> routerDeadLetters,
            Lane live,
            Iterable<ConsumerRecord<byte[], byte[]>> backfill,
            long neighbours,
            Predicate<String> inTable) {
        Map<RecordPosition, Sent> open = new HashMap<>(source);
        for (ConsumerRecord<byte[], byte[]> deadLetter : routerDeadLetters) {
            origin(deadLetter).ifPresent(origin -> {
                Sent sent = open.remove(origin);
                if (sent == null) {
                    problem("the router's dead letter at %s is not of a hostile record".formatted(origin));
                } else {
                    expect(sent, origin, Fate.DEAD_LETTER);
                }
            });
        }
        Map<RecordPosition, Boolean> deadLetters = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> deadLetter : live.deadLetters()) {
            origin(deadLetter).ifPresent(origin -> {
                if (deadLetters.put(origin, false) != null) {
                    // A writer that was killed may repeat one; this one was not.
                    problem("%s is in the dead-letter topic twice".formatted(origin));
                }
            });
        }
        Map<String, Deque<RecordPosition>> onNoLane = new HashMap<>();
        open.forEach((place, sent) -> onNoLane.computeIfAbsent(sent.content(), content -> new ArrayDeque<>())
                .add(place));
        long others = 0;
        for (ConsumerRecord<byte[], byte[]> record : live.records()) {
            RecordPosition here = new RecordPosition(record.topic(), record.partition(), record.offset());
            boolean isDeadLetter = deadLetters.replace(here, true) != null;
            Optional<RecordPosition> from = take(onNoLane, record);
            if (from.isEmpty()) {
                others++;
                if (isDeadLetter) {
                    problem("%s is in the dead-letter topic, and is not hostile".formatted(here));
                }
                continue;
            }
            Sent sent = open.remove(from.get());
            if (isDeadLetter) {
                expect(sent, here, Fate.DEAD_LETTER);
            } else {
                expect(sent, here, Fate.TABLE);
                if (sent.id().filter(inTable).isEmpty()) {
                    problem("%s at %s is neither in the table nor a dead letter".formatted(sent.kind(), here));
                }
            }
        }
        if (others != neighbours) {
            problem("%d neighbours were sent, and %d are on the lane".formatted(neighbours, others));
        }
        deadLetters.forEach((place, seen) -> {
            if (!seen) {
                problem("the dead letter of %s has no record on the lane".formatted(place));
            }
        });
        for (ConsumerRecord<byte[], byte[]> record : backfill) {
            take(onNoLane, record)
                    .ifPresentOrElse(
                            from -> expect(open.remove(from), from, Fate.ANY_LANE),
                            () -> problem("partition %d, offset %d of the backfill lane is nobody's record"
                                    .formatted(record.partition(), record.offset())));
        }
        open.forEach(
                (place, sent) -> problem("%s at %s is on no lane and no dead letter".formatted(sent.kind(), place)));
        if (problemCount > problems.size()) {
            problems.add("and " + (problemCount - problems.size()) + " more");
        }
        return problems;
    }

    private static Optional<RecordPosition> take(
            Map<String, Deque<RecordPosition>> places, ConsumerRecord<byte[], byte[]> record) {
        return Optional.ofNullable(places.get(content(record.key(), record.value())))
                .map(Deque::poll);
    }

    private void expect(Sent sent, RecordPosition place, Fate found) {
        boolean right =
                switch (sent.fate()) {
                    case TABLE, DEAD_LETTER -> sent.fate() == found;
                    case TABLE_OR_DEAD_LETTER, SUPERSEDED_OR_DEAD_LETTER -> found != Fate.ANY_LANE;
                    // Before it is on a lane, it can be too large for that.
                    case ANY_LANE -> true;
                };
        if (!right) {
            problem("%s at %s should be %s and is %s".formatted(sent.kind(), place, sent.fate(), found));
        }
    }

    /** What a dead letter says of its record; complains if it does not say enough. */
    private Optional<RecordPosition> origin(ConsumerRecord<byte[], byte[]> deadLetter) {
        String at = "the dead letter at %s, partition %d, offset %d"
                .formatted(deadLetter.topic(), deadLetter.partition(), deadLetter.offset());
        String reason = text(deadLetter.headers(), "sidetrack-reason");
        if (!REASON.matcher(reason).matches()) {
            problem("%s has no reason".formatted(at));
        }
        try {
            return Optional.of(new RecordPosition(
                    text(deadLetter.headers(), "__streams.errors.topic"),
                    Integer.parseInt(text(deadLetter.headers(), "__streams.errors.partition")),
                    Long.parseLong(text(deadLetter.headers(), "__streams.errors.offset"))));
        } catch (NumberFormatException e) {
            problem("%s has no origin".formatted(at));
            return Optional.empty();
        }
    }

    private static String text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), UTF_8);
    }

    private void problem(String problem) {
        if (problemCount++ < PROBLEMS_SHOWN) {
            problems.add(problem);
        }
    }

    private static String content(byte[] key, byte[] value) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : new byte[][] {key, value}) {
                digest.update(ByteBuffer.allocate(4)
                        .putInt(part == null ? -1 : part.length)
                        .array());
                if (part != null) {
                    digest.update(part);
                }
            }
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
