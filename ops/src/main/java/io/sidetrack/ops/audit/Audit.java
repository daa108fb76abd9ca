package io.sidetrack.ops.audit;

import static io.sidetrack.ops.audit.Finding.Kind.CHANGED;
import static io.sidetrack.ops.audit.Finding.Kind.DUPLICATED;
import static io.sidetrack.ops.audit.Finding.Kind.IN_TWO_PLACES;
import static io.sidetrack.ops.audit.Finding.Kind.KEY_SPREAD;
import static io.sidetrack.ops.audit.Finding.Kind.MISSING;
import static io.sidetrack.ops.audit.Finding.Kind.OUT_OF_ORDER;
import static io.sidetrack.ops.audit.Finding.Kind.UNEXPECTED;

import io.sidetrack.common.record.ParkedBy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * Checks that each record of the source has exactly one copy. A record of a lane does not name its source record, so both are
 * matched by their bytes: a copy belongs to the first source record with the same bytes that has no copy yet. Call, in this order,
 * {@link #deadLetter} for all dead letters, {@link #source} for all records of the source, {@link #parkedByWriter} for all parked
 * records, {@link #copy} for all records of the lanes, in the order of each partition, {@link #parkedByRouter} for all parked
 * records again, then {@link #report}.
 *
 * <p>Order: in each lane, records of a key from one partition of the source must have increasing source offsets. Backfills that were
 * paused, cancelled or resumed by name have orders of their own. What is parked follows what is on the lane. If duplicates
 * are allowed, a late record is accepted if the record before it is repeated after it, because then the last copies are in
 * order. Not thread-safe.
 */
final class Audit {
    private static final int SOURCE = 0;
    private static final int MAX_PENDING = 1_000_000;

    private final Scope scope;
    private final Ledger ledger;
    private final FindingTally findings;
    private final Digester digester;
    private final DeadLetters deadLetters;
    private final KeySequences sequences = new KeySequences();
    /** Topics by their number in a {@link PackedPosition}. */
    private final List<String> topics = new ArrayList<>();

    private final Map<String, Long> copies = new LinkedHashMap<>();
    /** Lane records that match no source record. Some may be changed copies. */
    private final List<Unknown> unknown = new ArrayList<>();

    private long moreUnknown;
    private long replayed;
    private long parked;
    private long returned;
    /** Source records whose backfill discards its records, or has done so. */
    private final BitSet discardable = new BitSet();

    private final List<LateRecord> lateRecords = new ArrayList<>();
    private long moreLateRecords;
    /** By digest of key, lane and partitions: late records that are accepted if the record before them is repeated. */
    private final Map<Long, LateRecord> redeemable = new HashMap<>();

    private record Unknown(long identity, long at) {}

    /** The index of a late record, the index of the record that precedes it but must follow it, and the position of the late one. */
    private record LateRecord(int index, int before, long at) {}

    /**
     * Begins an audit.
     *
     * @param capacity the maximum number of source records in the range
     * @param trusted whether the router trusts the header of the original timestamp in the source
     */
    Audit(Scope scope, int capacity, boolean trusted) {
        this.digester = new Digester(trusted);
        this.scope = scope;
        this.ledger = new Ledger(capacity);
        this.findings = new FindingTally(scope.kept());
        topics.add(scope.source());
        topics.addAll(scope.lanes());
        topics.add(scope.deadLetters());
        topics.subList(1, topics.size()).forEach(topic -> copies.put(topic, 0L));
        topics.add(scope.parked().topic());
        this.deadLetters = new DeadLetters(scope.source(), digester);
    }

    /** Adds a record of the dead-letter topic. */
    void deadLetter(ConsumerRecord<byte[], byte[]> record) {
        if (deadLetters.add(record, packed(topics.indexOf(scope.deadLetters()), record))) {
            copies.merge(scope.deadLetters(), 1L, Long::sum);
        }
    }

    /** Adds a record of the source. */
    void source(ConsumerRecord<byte[], byte[]> record) {
        long position = packed(SOURCE, record);
        Digest digest = digester.source(record);
        List<DeadLetters.Entry> named = deadLetters.of(record);
        if (named.isEmpty()) {
            int index = ledger.add(digest, position);
            scope.backfills()
                    .of(record.headers())
                    .filter(NamedRecords.Backfill::discards)
                    .ifPresent(backfill -> discardable.set(index));
            return;
        }
        int index = ledger.addAlone(digest, position);
        ledger.find(index, named.get(0).at());
        deadLetters.markDeadLettered(digest, index);
        for (int i = 0; i < named.size(); i++) {
            DeadLetters.Entry deadLetter = named.get(i);
            if (i > 0) {
                findings.add(DUPLICATED, finding(deadLetter.at(), index));
            } else if (!deadLetter.isOf(record, digester)) {
                findings.add(CHANGED, finding(deadLetter.at(), index));
            }
        }
    }

    /** Adds a parked record. One that a writer has parked was on the lane, and returns to it. */
    void parkedByWriter(ConsumerRecord<byte[], byte[]> record) {
        if (isBy(ParkedBy.WRITER, record)
                && record.offset() < copied(scope.parked().after(), ParkedBy.WRITER, record)) {
            ledger.permitMore(digester.copy(record));
        }
    }

    /** Adds a parked record. One that a router has parked has its place there until it is copied to the lane. */
    void parkedByRouter(ConsumerRecord<byte[], byte[]> record) {
        if (!isBy(ParkedBy.ROUTER, record)
                || record.offset() < copied(scope.parked().before(), ParkedBy.ROUTER, record)) {
            return;
        }
        long at = packed(topics.indexOf(scope.parked().topic()), record);
        if (record.offset() >= copied(scope.parked().after(), ParkedBy.ROUTER, record)) {
            parked++;
            place(record, topics.indexOf(scope.parked().lane()), at);
        } else if (ledger.take(digester.copy(record), at) != Ledger.NONE) {
            // It was copied while the audit was reading: its copy may be on the lane, or after the end that was read.
            parked++;
        }
    }

    private static boolean isBy(ParkedBy by, ConsumerRecord<?, ?> record) {
        return ParkedBy.of(record.headers()).filter(by::equals).isPresent();
    }

    private long copied(CopiedOffsets offsets, ParkedBy by, ConsumerRecord<?, ?> record) {
        return scope.backfills()
                .of(record.headers())
                .map(backfill -> offsets.next(backfill.name(), by, record.partition()))
                .orElse(0L);
    }

    /** Adds a record of a lane. */
    void copy(ConsumerRecord<byte[], byte[]> record) {
        copies.merge(record.topic(), 1L, Long::sum);
        int lane = topics.indexOf(record.topic());
        place(record, lane, packed(lane, record));
    }

    /**
     * Assigns a copy to its source record.
     *
     * @param lane the number of the lane in whose order it is
     * @param at its position
     */
    private void place(ConsumerRecord<byte[], byte[]> record, int lane, long at) {
        Digest digest = digester.copy(record);
        int index = ledger.take(digest, at);
        if (index != Ledger.NONE) {
            if (record.key() != null) {
                follow(sequence(digest, lane, record, index), record.partition(), index, at);
            }
            return;
        }
        int twin = ledger.anyOf(digest);
        if (twin != Ledger.NONE) {
            if (ledger.takeMore(digest)) {
                returned++;
                return;
            }
            boolean sameTopic = PackedPosition.topic(ledger.found(twin)) == PackedPosition.topic(at);
            findings.add(sameTopic ? DUPLICATED : IN_TWO_PLACES, finding(at, twin));
            if (!redeemable.isEmpty()) {
                redeem(sequence(digest, lane, record, twin), twin);
            }
            return;
        }
        Optional<Integer> deadLettered = deadLetters.deadLettered(digest);
        if (deadLettered.isPresent()) {
            findings.add(IN_TWO_PLACES, finding(at, deadLettered.get()));
        } else if (isReplay(record)) {
            // A writer's dead letter, or a part of a topic, was replayed to its lane: the router did not send this
            // record.
            replayed++;
        } else if (unknown.size() < MAX_PENDING) {
            unknown.add(new Unknown(digest.identity(), at));
        } else {
            moreUnknown++;
        }
    }

    private static boolean isReplay(ConsumerRecord<?, ?> record) {
        for (Header header : record.headers()) {
            if (Digester.isOfAReplay(header.key())) {
                return true;
            }
        }
        return false;
    }

    private void follow(long sequence, int partition, int index, long at) {
        long before = sequences.replace(sequence, partition, index);
        if (before == KeySequences.NOTHING) {
            return;
        }
        int last = KeySequences.index(before);
        if (KeySequences.partition(before) != partition) {
            findings.add(
                    KEY_SPREAD, new Finding(position(at), Optional.of(position(ledger.position(index))), copyOf(last)));
        } else if (last > index) {
            LateRecord one = new LateRecord(index, last, at);
            if (scope.allowDuplicates()) {
                redeemable.put(sequence, one);
            } else {
                pend(one);
            }
        }
    }

    private long sequence(Digest digest, int lane, ConsumerRecord<byte[], byte[]> record, int index) {
        int sourcePartition = PackedPosition.partition(ledger.position(index));
        long where = PackedPosition.of(lane, sourcePartition, scope.allowSpread() ? record.partition() : 0);
        long backfill = scope.backfills()
                .of(record.headers())
                .map(NamedRecords.Backfill::number)
                .orElse(0);
        return Digester.mix(digest.key() ^ Digester.mix(where ^ Digester.mix(backfill)));
    }

    private void redeem(long sequence, int index) {
        redeemable.computeIfPresent(sequence, (key, one) -> index >= one.before() ? null : one);
    }

    private void pend(LateRecord one) {
        if (lateRecords.size() < MAX_PENDING) {
            lateRecords.add(one);
        } else {
            moreLateRecords++;
        }
    }

    /** The result. Must be called once, after all records are added. */
    Report report() {
        redeemable.values().forEach(this::pend);
        long undecided = 0;
        for (LateRecord one : lateRecords) {
            if (ledger.isSplit(one.index()) || ledger.isSplit(one.before())) {
                undecided++;
            } else {
                findings.add(
                        OUT_OF_ORDER,
                        new Finding(
                                position(one.at()),
                                Optional.of(position(ledger.position(one.index()))),
                                copyOf(one.before())));
            }
        }
        findings.addUnseen(OUT_OF_ORDER, moreLateRecords);
        Map<Long, List<Unknown>> byIdentity = new HashMap<>();
        unknown.forEach(one -> byIdentity
                .computeIfAbsent(one.identity(), identity -> new ArrayList<>())
                .add(one));
        long routed = 0;
        long notYet = 0;
        long discarded = 0;
        for (int index = 0; index < ledger.size(); index++) {
            boolean required = isRequired(ledger.position(index));
            if (required) {
                routed++;
            }
            if (ledger.found(index) == Ledger.NOT_FOUND && !isChanged(index, byIdentity)) {
                if (required && discardable.get(index)) {
                    discarded++;
                } else if (required) {
                    findings.add(
                            MISSING, new Finding(position(ledger.position(index)), Optional.empty(), Optional.empty()));
                } else {
                    notYet++;
                }
            }
        }
        long outside = unexpected(byIdentity);
        return new Report(
                scope, routed, notYet, copies, parked, discarded, returned, replayed, outside, undecided, findings);
    }

    /** True if a record without a copy has one with other bytes, which is then assigned to it. */
    private boolean isChanged(int index, Map<Long, List<Unknown>> byIdentity) {
        List<Unknown> candidates = byIdentity.get(ledger.identity(index));
        if (candidates == null || candidates.isEmpty()) {
            return false;
        }
        findings.add(
                CHANGED,
                new Finding(
                        position(candidates.remove(0).at()),
                        Optional.of(position(ledger.position(index))),
                        Optional.empty()));
        return true;
    }

    /** @return the number of records outside the range */
    private long unexpected(Map<Long, List<Unknown>> byIdentity) {
        List<Long> left = new ArrayList<>();
        byIdentity.values().forEach(some -> some.forEach(one -> left.add(one.at())));
        left.addAll(deadLetters.unnamed(scope.routed()));
        left.sort(Long::compareUnsigned);
        if (!scope.whole()) {
            return left.size() + moreUnknown;
        }
        left.forEach(at -> findings.add(UNEXPECTED, new Finding(position(at), Optional.empty(), Optional.empty())));
        findings.addUnseen(UNEXPECTED, moreUnknown);
        return 0;
    }

    private boolean isRequired(long sourcePlace) {
        return PackedPosition.offset(sourcePlace)
                < scope.routed().getOrDefault(PackedPosition.partition(sourcePlace), 0L);
    }

    private Finding finding(long at, int index) {
        return new Finding(position(at), Optional.of(position(ledger.position(index))), copyOf(index));
    }

    private Optional<RecordPosition> copyOf(int index) {
        long found = ledger.found(index);
        return found == Ledger.NOT_FOUND ? Optional.empty() : Optional.of(position(found));
    }

    private RecordPosition position(long packed) {
        return PackedPosition.unpack(packed, topics);
    }

    private static long packed(int topic, ConsumerRecord<byte[], byte[]> record) {
        return PackedPosition.of(topic, record.partition(), record.offset());
    }
}
