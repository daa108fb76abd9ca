package io.sidetrack.ops.audit;

import static io.sidetrack.ops.audit.Finding.Kind.CHANGED;
import static io.sidetrack.ops.audit.Finding.Kind.DUPLICATED;
import static io.sidetrack.ops.audit.Finding.Kind.IN_TWO_PLACES;
import static io.sidetrack.ops.audit.Finding.Kind.KEY_SPREAD;
import static io.sidetrack.ops.audit.Finding.Kind.MISSING;
import static io.sidetrack.ops.audit.Finding.Kind.OUT_OF_ORDER;
import static io.sidetrack.ops.audit.Finding.Kind.UNEXPECTED;

import io.sidetrack.common.record.DeadLetterHeaders;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Whether each record of the source has exactly one copy. Lane records do not say which record they are a copy of, so they are
 * matched by their bytes: a copy takes the first record of the source with its bytes that has no copy yet. Call, in this order,
 * {@link #letter} for all dead letters, {@link #source} for all records of the source, {@link #copy} for all records of the
 * lanes, each in the order of their partition, then {@link #report}.
 *
 * <p>Order: records of a key that come from one partition of the source must have increasing offsets there, in each lane. If
 * duplicates are allowed, a record that comes too late is accepted if what came too early comes again behind it, because then the
 * last of each is in order. Not thread-safe.
 */
final class Audit {
    private static final int SOURCE = 0;
    private static final int MAX_PENDING = 1_000_000;

    private final Scope scope;
    private final Ledger ledger;
    private final Findings findings;
    private final Digester digester;
    private final DeadLetters letters;
    private final KeySequences sequences = new KeySequences();
    /** Topics by their number in a {@link PackedPosition}. */
    private final List<String> topics = new ArrayList<>();

    private final Map<String, Long> copies = new LinkedHashMap<>();
    /** Records without a match, some of which may be a changed one. */
    private final List<Unknown> unknown = new ArrayList<>();

    private long moreUnknown;
    private long replayed;
    private final List<Late> late = new ArrayList<>();
    private long moreLate;
    /** By digest of key, lane and partitions: late records that are in order if the record of an index comes again. */
    private final Map<Long, Late> redeemable = new HashMap<>();

    private record Unknown(long identity, long at) {}

    /** A record, the index of one that came before it and must not, and where it is. */
    private record Late(int index, int before, long at) {}

    /**
     * Prepares an audit.
     *
     * @param capacity how many records the source has in the range, at most
     * @param trusted whether the router keeps the original timestamp in a header of the source
     */
    Audit(Scope scope, int capacity, boolean trusted) {
        this.digester = new Digester(trusted);
        this.scope = scope;
        this.ledger = new Ledger(capacity);
        this.findings = new Findings(scope.kept());
        topics.add(scope.source());
        topics.addAll(scope.lanes());
        topics.add(scope.deadLetters());
        topics.subList(1, topics.size()).forEach(topic -> copies.put(topic, 0L));
        this.letters = new DeadLetters(scope.source(), digester);
    }

    /** A record of the dead-letter topic. */
    void letter(ConsumerRecord<byte[], byte[]> record) {
        if (letters.add(record, packed(topics.size() - 1, record))) {
            copies.merge(scope.deadLetters(), 1L, Long::sum);
        }
    }

    /** A record of the source. */
    void source(ConsumerRecord<byte[], byte[]> record) {
        long place = packed(SOURCE, record);
        Digest digest = digester.source(record);
        List<DeadLetters.Letter> named = letters.of(record);
        if (named.isEmpty()) {
            ledger.add(digest, place);
            return;
        }
        int index = ledger.addAlone(digest, place);
        ledger.find(index, named.get(0).at());
        letters.bury(digest, index);
        for (int i = 0; i < named.size(); i++) {
            DeadLetters.Letter letter = named.get(i);
            if (i > 0) {
                findings.add(DUPLICATED, finding(letter.at(), index));
            } else if (!letter.isOf(record, digester)) {
                findings.add(CHANGED, finding(letter.at(), index));
            }
        }
    }

    /** A record of a lane. */
    void copy(ConsumerRecord<byte[], byte[]> record) {
        copies.merge(record.topic(), 1L, Long::sum);
        Digest digest = digester.copy(record);
        int lane = topics.indexOf(record.topic());
        long at = packed(lane, record);
        int index = ledger.take(digest, at);
        if (index != Ledger.NONE) {
            if (record.key() != null) {
                follow(digest, lane, record.partition(), index, at);
            }
            return;
        }
        int twin = ledger.anyOf(digest);
        if (twin != Ledger.NONE) {
            boolean sameTopic = PackedPosition.topic(ledger.found(twin)) == lane;
            findings.add(sameTopic ? DUPLICATED : IN_TWO_PLACES, finding(at, twin));
            redeem(digest, lane, record.partition(), twin);
            return;
        }
        Optional<Integer> buried = letters.buried(digest);
        if (buried.isPresent()) {
            findings.add(IN_TWO_PLACES, finding(at, buried.get()));
        } else if (record.headers().lastHeader(DeadLetterHeaders.ATTEMPT) != null) {
            // A writer's dead letter that was replayed comes from its lane, and not from the router.
            replayed++;
        } else if (unknown.size() < MAX_PENDING) {
            unknown.add(new Unknown(digest.identity(), at));
        } else {
            moreUnknown++;
        }
    }

    private void follow(Digest digest, int lane, int partition, int index, long at) {
        long sequence = sequence(digest, lane, partition, index);
        long before = sequences.replace(sequence, partition, index);
        if (before == KeySequences.NOTHING) {
            return;
        }
        int last = KeySequences.index(before);
        if (KeySequences.partition(before) != partition) {
            findings.add(KEY_SPREAD, new Finding(place(at), Optional.of(place(ledger.place(index))), copyOf(last)));
        } else if (last > index) {
            Late one = new Late(index, last, at);
            if (scope.allowDuplicates()) {
                redeemable.put(sequence, one);
            } else {
                pend(one);
            }
        }
    }

    private long sequence(Digest digest, int lane, int partition, int index) {
        int sourcePartition = PackedPosition.partition(ledger.place(index));
        long where = PackedPosition.of(lane, sourcePartition, scope.allowSpread() ? partition : 0);
        return Digester.mix(digest.key() ^ Digester.mix(where));
    }

    private void redeem(Digest digest, int lane, int partition, int index) {
        if (!redeemable.isEmpty()) {
            redeemable.computeIfPresent(
                    sequence(digest, lane, partition, index), (key, one) -> index >= one.before() ? null : one);
        }
    }

    private void pend(Late one) {
        if (late.size() < MAX_PENDING) {
            late.add(one);
        } else {
            moreLate++;
        }
    }

    /** What was found. Call it once, at the end. */
    Report report() {
        redeemable.values().forEach(this::pend);
        long undecided = 0;
        for (Late one : late) {
            if (ledger.isSplit(one.index()) || ledger.isSplit(one.before())) {
                undecided++;
            } else {
                findings.add(
                        OUT_OF_ORDER,
                        new Finding(
                                place(one.at()), Optional.of(place(ledger.place(one.index()))), copyOf(one.before())));
            }
        }
        findings.addUnseen(OUT_OF_ORDER, moreLate);
        Map<Long, List<Unknown>> byIdentity = new HashMap<>();
        unknown.forEach(one -> byIdentity
                .computeIfAbsent(one.identity(), identity -> new ArrayList<>())
                .add(one));
        long routed = 0;
        long notYet = 0;
        for (int index = 0; index < ledger.size(); index++) {
            boolean required = isRequired(ledger.place(index));
            if (required) {
                routed++;
            }
            if (ledger.found(index) == Ledger.NOT_FOUND && !isChanged(index, byIdentity)) {
                if (required) {
                    findings.add(MISSING, new Finding(place(ledger.place(index)), Optional.empty(), Optional.empty()));
                } else {
                    notYet++;
                }
            }
        }
        long outside = unexpected(byIdentity);
        return new Report(scope, routed, notYet, copies, replayed, outside, undecided, findings);
    }

    /** Whether a record without a copy is there with other bytes; one such copy is then spoken for. */
    private boolean isChanged(int index, Map<Long, List<Unknown>> byIdentity) {
        List<Unknown> candidates = byIdentity.get(ledger.identity(index));
        if (candidates == null || candidates.isEmpty()) {
            return false;
        }
        findings.add(
                CHANGED,
                new Finding(
                        place(candidates.remove(0).at()), Optional.of(place(ledger.place(index))), Optional.empty()));
        return true;
    }

    /** @return how many records are outside of the range */
    private long unexpected(Map<Long, List<Unknown>> byIdentity) {
        List<Long> left = new ArrayList<>();
        byIdentity.values().forEach(some -> some.forEach(one -> left.add(one.at())));
        left.addAll(letters.unnamed(scope.routed()));
        left.sort(Long::compareUnsigned);
        if (!scope.whole()) {
            return left.size() + moreUnknown;
        }
        left.forEach(at -> findings.add(UNEXPECTED, new Finding(place(at), Optional.empty(), Optional.empty())));
        findings.addUnseen(UNEXPECTED, moreUnknown);
        return 0;
    }

    private boolean isRequired(long sourcePlace) {
        return PackedPosition.offset(sourcePlace)
                < scope.routed().getOrDefault(PackedPosition.partition(sourcePlace), 0L);
    }

    private Finding finding(long at, int index) {
        return new Finding(place(at), Optional.of(place(ledger.place(index))), copyOf(index));
    }

    private Optional<RecordPosition> copyOf(int index) {
        long found = ledger.found(index);
        return found == Ledger.NOT_FOUND ? Optional.empty() : Optional.of(place(found));
    }

    private RecordPosition place(long packed) {
        return PackedPosition.unpack(packed, topics);
    }

    private static long packed(int topic, ConsumerRecord<byte[], byte[]> record) {
        return PackedPosition.of(topic, record.partition(), record.offset());
    }
}
