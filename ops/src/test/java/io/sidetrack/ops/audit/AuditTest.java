package io.sidetrack.ops.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.record.Reduction;
import io.sidetrack.common.record.ReplayOrigin;
import io.sidetrack.ops.audit.Finding.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The audit reports exactly the faults that a log contains. */
class AuditTest {
    private static final int RECORDS = 400;
    private static final int KEYS = 7;
    private static final long START_MS = 1_700_000_000_000L;

    /** By partition of the source. */
    private final List<List<ConsumerRecord<byte[], byte[]>>> source = List.of(new ArrayList<>(), new ArrayList<>());

    private final List<ConsumerRecord<byte[], byte[]>> live = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> backfill = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> deadLetters = new ArrayList<>();
    private final List<ConsumerRecord<byte[], byte[]>> parked = new ArrayList<>();
    private final Map<String, NamedBackfill> settings = new HashMap<>();
    /** Up to where parked records are copied, before and after the lanes are read. */
    private long copiedBefore;

    private long copiedAfter;
    private boolean whole = true;
    private boolean allowDuplicates;
    private boolean allowSpread;
    private long routed = Long.MAX_VALUE;

    @BeforeEach
    void route() {
        for (int i = 0; i < RECORDS; i++) {
            String key = i % 11 == 0 ? null : "k" + i % KEYS;
            List<ConsumerRecord<byte[], byte[]>> partition = source.get(i % KEYS % 2);
            ConsumerRecord<byte[], byte[]> record =
                    record("s", i % KEYS % 2, partition.size(), START_MS + i / 3, key, "v" + i);
            record.headers().add("x", new byte[] {(byte) i});
            record.headers().add("x", null);
            partition.add(record);
            (i % 3 == 0 ? live : backfill).add(copy(i % 3 == 0 ? "s-live" : "s-backfill", record));
        }
    }

    private static ConsumerRecord<byte[], byte[]> record(
            String topic, int partition, long offset, long timestampMs, String key, String value) {
        return record(
                topic,
                partition,
                offset,
                timestampMs,
                key == null ? null : key.getBytes(UTF_8),
                value,
                new RecordHeaders());
    }

    private static ConsumerRecord<byte[], byte[]> record(
            String topic, int partition, long offset, long timestampMs, byte[] key, String value, Headers headers) {
        return new ConsumerRecord<>(
                topic,
                partition,
                offset,
                timestampMs,
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value == null ? null : value.getBytes(UTF_8),
                headers,
                Optional.empty());
    }

    /** The copy that a router sends to a lane; its offset is set when the lanes are read. */
    private static ConsumerRecord<byte[], byte[]> copy(String topic, ConsumerRecord<byte[], byte[]> of) {
        RecordHeaders headers = new RecordHeaders(of.headers().toArray());
        OriginalTimestamp.addIfAbsent(headers, of.timestamp());
        int partition = of.key() == null ? 0 : Arrays.hashCode(of.key()) & 3;
        return record(topic, partition, 0, START_MS + 99_999, of.key(), new String(of.value(), UTF_8), headers);
    }

    private static ConsumerRecord<byte[], byte[]> deadLetter(ConsumerRecord<byte[], byte[]> of) {
        ConsumerRecord<byte[], byte[]> deadLetter = copy("s-dead-letters", of);
        DeadLetterHeaders.add(deadLetter.headers(), "E", "m", of.topic(), of.partition(), of.offset(), "too-large");
        return deadLetter;
    }

    private static ConsumerRecord<byte[], byte[]> parked(ConsumerRecord<byte[], byte[]> of, String by) {
        ConsumerRecord<byte[], byte[]> one = copy("s-backfill-parked", of);
        one.headers().add(ParkedBy.HEADER, by.getBytes(UTF_8));
        return one;
    }

    /** Adds a record of a backfill to the source. */
    private ConsumerRecord<byte[], byte[]> named(String backfillName, String key, int number) {
        List<ConsumerRecord<byte[], byte[]>> partition = source.get(0);
        ConsumerRecord<byte[], byte[]> one =
                record("s", 0, partition.size(), START_MS + number, key, backfillName + number);
        one.headers().add("x-backfill", backfillName.getBytes(UTF_8));
        partition.add(one);
        return one;
    }

    private Report audit() {
        Scope scope = new Scope(
                "s",
                List.of("s-live", "s-backfill"),
                "s-dead-letters",
                new Scope.Parked(
                        "s-backfill-parked",
                        "s-backfill",
                        (backfill, by, partition) -> copiedBefore,
                        (backfill, by, partition) -> copiedAfter),
                new NamedRecords("x-backfill", settings),
                Map.of(0, routed, 1, routed),
                Map.of(),
                whole,
                allowDuplicates,
                allowSpread,
                3);
        Audit audit = new Audit(scope, source.get(0).size() + source.get(1).size(), false);
        placed(deadLetters).forEach(audit::deadLetter);
        source.forEach(partition -> partition.forEach(audit::source));
        List<ConsumerRecord<byte[], byte[]>> allParked = placed(parked);
        allParked.forEach(audit::parkedByWriter);
        placed(backfill).forEach(audit::copy);
        placed(live).forEach(audit::copy);
        allParked.forEach(audit::parkedByRouter);
        return audit.report();
    }

    private static List<ConsumerRecord<byte[], byte[]>> placed(List<ConsumerRecord<byte[], byte[]>> lane) {
        Map<Integer, Integer> ends = new HashMap<>();
        return lane.stream()
                .map(one -> {
                    int offset = ends.merge(one.partition(), 1, Integer::sum) - 1;
                    return record(
                            one.topic(),
                            one.partition(),
                            offset,
                            one.timestamp(),
                            one.key(),
                            one.value() == null ? null : new String(one.value(), UTF_8),
                            one.headers());
                })
                .toList();
    }

    /** Requires that exactly these kinds were found, once each. */
    private Report assertFound(Kind... kinds) {
        Report report = audit();
        Map<Kind, Long> found = new HashMap<>();
        for (Kind kind : Kind.values()) {
            if (report.findings().count(kind) > 0) {
                found.put(kind, report.findings().count(kind));
            }
        }
        Map<Kind, Long> expected = new HashMap<>();
        Arrays.stream(kinds).forEach(kind -> expected.merge(kind, 1L, Long::sum));
        assertThat(found).as(String.join("\n", ReportText.lines(report))).isEqualTo(expected);
        return report;
    }

    private static String only(Report report, Kind kind) {
        return report.findings().first(kind).get(0).toString();
    }

    @Test
    void correctLogIsClean() {
        Report report = assertFound();
        assertThat(report.isClean()).isTrue();
        assertThat(report.source()).isEqualTo(RECORDS);
        assertThat(report.notYetRouted()).isZero();
        assertThat(report.copies()).containsEntry("s-live", (long) live.size()).containsEntry("s-backfill", (long)
                backfill.size());
    }

    @Test
    void duplicateHasThePositionsOfBothCopies() {
        live.add(7, live.get(6));
        Report report = assertFound(Kind.DUPLICATED);
        assertThat(report.isClean()).isFalse();
        assertThat(only(report, Kind.DUPLICATED))
                .matches("s-live, partition \\d, offset \\d+; in the source: s, partition \\d, offset \\d+;"
                        + " before it: s-live, partition \\d, offset \\d+");
    }

    @Test
    void duplicatesAreAcceptedIfAllowed() {
        allowDuplicates = true;
        live.addAll(10, live.subList(4, 10));
        Report report = audit();
        assertThat(report.isClean()).isTrue();
        assertThat(report.findings().count(Kind.DUPLICATED)).isEqualTo(6);
    }

    @Test
    void allowedDuplicatesDoNotHideLossOrWrongOrder() {
        allowDuplicates = true;
        live.add(9, live.remove(9 - KEYS));
        assertThat(audit().wrong()).containsExactly(Kind.OUT_OF_ORDER);
    }

    @Test
    void repeatedRecordsRestoreTheOrderIfDuplicatesAreAllowed() {
        int first = live.indexOf(ofKey(live, "k1", 0));
        int second = live.indexOf(ofKey(live, "k1", 1));
        // The records that a replaced router has sent: 1, 0, 1.
        live.add(first, live.get(second));
        allowDuplicates = true;
        assertThat(audit().isClean()).isTrue();
        allowDuplicates = false;
        assertThat(audit().wrong()).containsExactly(Kind.DUPLICATED, Kind.OUT_OF_ORDER);
    }

    private static ConsumerRecord<byte[], byte[]> ofKey(
            List<ConsumerRecord<byte[], byte[]>> lane, String key, int index) {
        return lane.stream()
                .filter(one -> one.key() != null && key.equals(new String(one.key(), UTF_8)))
                .skip(index)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void missingRecordHasItsPositionInTheSource() {
        backfill.remove(backfill.indexOf(copyOf(source.get(1).get(17))));
        Report report = assertFound(Kind.MISSING);
        assertThat(only(report, Kind.MISSING)).isEqualTo("s, partition 1, offset 17");
    }

    /** The copy that has the value of a record. */
    private ConsumerRecord<byte[], byte[]> copyOf(ConsumerRecord<byte[], byte[]> record) {
        return Stream.concat(live.stream(), backfill.stream())
                .filter(one -> Arrays.equals(one.value(), record.value()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void swappedRecordsAreOutOfOrderOnlyIfTheyHaveTheSameKey() {
        int first = live.indexOf(ofKey(live, "k3", 4));
        int second = live.indexOf(ofKey(live, "k3", 5));
        Collections.swap(live, first, second);
        Report report = assertFound(Kind.OUT_OF_ORDER);
        assertThat(only(report, Kind.OUT_OF_ORDER))
                .startsWith("s-live, partition ")
                .contains("before it: s-live");
        Collections.swap(live, first, second);
        live.add(0, live.remove(live.indexOf(ofKey(live, "k4", 0))));
        assertFound();
    }

    @Test
    void parkedRecordHasItsPlaceThereUntilItIsCopied() {
        settings.put("a", NamedBackfill.paused(1));
        ConsumerRecord<byte[], byte[]> first = named("a", "k", 1);
        ConsumerRecord<byte[], byte[]> second = named("a", "k", 2);
        backfill.add(copy("s-backfill", first));
        parked.add(parked(first, "router"));
        parked.add(parked(second, "router"));
        copiedBefore = 1;
        copiedAfter = 1;
        Report report = assertFound();
        assertThat(report.parked()).isEqualTo(1);
        assertThat(ReportText.lines(report))
                .contains("               1 parked in s-backfill-parked, until their backfill is resumed")
                .contains(
                        "clean: every record has arrived exactly once, or is parked, unchanged and in the order of its"
                                + " key");
        copiedAfter = 2;
        assertThat(assertFound().parked())
                .as("the second one is being copied, and was not on the lane when its end was read")
                .isEqualTo(1);
        backfill.add(copy("s-backfill", second));
        assertThat(assertFound().parked()).isZero();
        copiedAfter = 1;
        assertFound(Kind.IN_TWO_PLACES);
        backfill.remove(backfill.size() - 1);
        copiedBefore = 2;
        copiedAfter = 2;
        assertFound(Kind.MISSING);
    }

    @Test
    void parkedRecordsAreUnchangedOnceAndInOrder() {
        settings.put("a", NamedBackfill.paused(1));
        ConsumerRecord<byte[], byte[]> first = named("a", "k", 1);
        ConsumerRecord<byte[], byte[]> second = named("a", "k", 2);
        parked.add(parked(second, "router"));
        parked.add(parked(first, "router"));
        assertFound(Kind.OUT_OF_ORDER);
        Collections.swap(parked, 0, 1);
        parked.add(parked(second, "router"));
        assertFound(Kind.DUPLICATED);
        parked.remove(2);
        backfill.add(copy("s-backfill", second));
        assertFound(Kind.IN_TWO_PLACES, Kind.OUT_OF_ORDER);
        backfill.remove(backfill.size() - 1);
        parked.set(1, parked(record("s", 0, 0, second.timestamp(), "k", "other"), "router"));
        assertFound(Kind.CHANGED);
    }

    @Test
    void recordThatAWriterHasParkedReturnsToItsLane() {
        settings.put("a", NamedBackfill.paused(1));
        ConsumerRecord<byte[], byte[]> first = named("a", "k", 1);
        ConsumerRecord<byte[], byte[]> second = named("a", "k", 2);
        backfill.addAll(List.of(copy("s-backfill", first), copy("s-backfill", second), copy("s-backfill", first)));
        assertFound(Kind.DUPLICATED);
        parked.add(parked(first, "writer"));
        copiedAfter = 1;
        assertThat(assertFound().returned()).isEqualTo(1);
        backfill.add(copy("s-backfill", first));
        assertFound(Kind.DUPLICATED);
    }

    @Test
    void missingRecordOfABackfillThatDiscardsIsNotLost() {
        settings.put("a", NamedBackfill.cancelled(true, 1));
        settings.put("b", NamedBackfill.cancelled(false, 1));
        named("a", "k", 1);
        backfill.add(copy("s-backfill", named("a", "k", 2)));
        named("b", "k", 3);
        Report report = assertFound(Kind.MISSING);
        assertThat(report.discarded()).isEqualTo(1);
        settings.put("b", NamedBackfill.cancelled(true, 1));
        assertThat(ReportText.lines(assertFound()))
                .contains("               2 discarded, because their backfill is or was cancelled")
                .contains(
                        "clean: every record has arrived exactly once, or was discarded, unchanged and in the order of"
                                + " its key");
    }

    @Test
    void backfillThatWasPausedHasAnOrderOfItsOwn() {
        ConsumerRecord<byte[], byte[]> first = named("a", "k", 1);
        ConsumerRecord<byte[], byte[]> second = named("b", "k", 2);
        backfill.addAll(List.of(copy("s-backfill", second), copy("s-backfill", first)));
        assertFound(Kind.OUT_OF_ORDER);
        settings.put("a", NamedBackfill.paused(1));
        assertFound();
    }

    @Test
    void recordsWithoutAKeyHaveNoOrder() {
        List<ConsumerRecord<byte[], byte[]>> keyless =
                live.stream().filter(one -> one.key() == null).toList();
        live.removeAll(keyless);
        for (ConsumerRecord<byte[], byte[]> one : keyless) {
            live.add(0, one);
        }
        assertFound();
    }

    @Test
    void changedByteIsReportedWithItsSourceRecord() {
        ConsumerRecord<byte[], byte[]> right = live.get(20);
        live.set(20, record("s-live", right.partition(), 0, 0, right.key(), "w", right.headers()));
        Report report = assertFound(Kind.CHANGED);
        assertThat(only(report, Kind.CHANGED)).contains("s-live, partition").contains("in the source: s, partition");
    }

    @Test
    void changedHeadersAreReportedExceptSidetracksOwn() {
        ConsumerRecord<byte[], byte[]> right = live.get(20);
        Headers headers = new RecordHeaders(right.headers().toArray());
        headers.add("more", new byte[0]);
        live.set(20, record("s-live", right.partition(), 0, 0, right.key(), value(right), headers));
        assertFound(Kind.CHANGED);
        headers = new RecordHeaders();
        headers.add("x", null);
        headers.add("x", right.headers().toArray()[0].value());
        headers.add(right.headers().lastHeader(OriginalTimestamp.HEADER));
        live.set(20, record("s-live", right.partition(), 0, 0, right.key(), value(right), headers));
        assertFound(Kind.CHANGED);
        headers = new RecordHeaders(right.headers().toArray());
        headers.remove(OriginalTimestamp.HEADER);
        OriginalTimestamp.addIfAbsent(headers, 5);
        live.set(20, record("s-live", right.partition(), 0, 0, right.key(), value(right), headers));
        // A record with another original timestamp is not a copy.
        assertFound(Kind.MISSING, Kind.UNEXPECTED);
    }

    private static String value(ConsumerRecord<byte[], byte[]> record) {
        return new String(record.value(), UTF_8);
    }

    @Test
    void nullAndEmptyAreDifferent() {
        ConsumerRecord<byte[], byte[]> tombstone = record("s", 0, source.get(0).size(), START_MS, "tombstone", "");
        source.get(0).add(tombstone);
        ConsumerRecord<byte[], byte[]> copy = copy("s-live", tombstone);
        live.add(record("s-live", copy.partition(), 0, 0, copy.key(), null, copy.headers()));
        assertFound(Kind.CHANGED);
    }

    @Test
    void recordOnBothLanesIsInTwoPlaces() {
        live.add(copy("s-live", source.get(0).get(1)));
        assertThat(value(source.get(0).get(1))).isEqualTo("v2");
        Report report = assertFound(Kind.IN_TWO_PLACES);
        assertThat(only(report, Kind.IN_TWO_PLACES)).contains("s-live").contains("before it: s-backfill");
    }

    @Test
    void recordThatIsNotInTheSourceIsUnexpected() {
        live.add(copy("s-live", record("s", 0, 0, START_MS, "nobody", "n")));
        Report report = assertFound(Kind.UNEXPECTED);
        assertThat(only(report, Kind.UNEXPECTED)).startsWith("s-live, partition");
    }

    @Test
    void recordOfAnAbortedTransactionThatIsOnALaneIsUnexpected() {
        // The lane has a copy, but the source is read without the aborted record.
        source.get(0).remove(9);
        assertFound(Kind.UNEXPECTED);
    }

    @Test
    void keyOnTwoPartitionsHasNoOrder() {
        ConsumerRecord<byte[], byte[]> right = live.get(live.size() - 1);
        live.set(
                live.size() - 1,
                record("s-live", right.partition() + 1, 0, 0, right.key(), value(right), right.headers()));
        assertFound(Kind.KEY_SPREAD);
        allowSpread = true;
        assertFound();
    }

    @Test
    void deadLetterCountsAsTheCopyOfItsSourceRecord() {
        ConsumerRecord<byte[], byte[]> large = source.get(0).get(4);
        ConsumerRecord<byte[], byte[]> copy = copyOf(large);
        live.remove(copy);
        backfill.remove(copy);
        deadLetters.add(deadLetter(large));
        deadLetters.add(record("s-dead-letters", 0, 0, 0, null, null));
        assertThat(assertFound().copies()).containsEntry("s-dead-letters", 1L);
        backfill.add(copy);
        assertFound(Kind.IN_TWO_PLACES);
        backfill.remove(copy);
        deadLetters.add(deadLetter(large));
        assertFound(Kind.DUPLICATED);
    }

    @Test
    void deadLetterWithOtherBytesIsChangedAndOneWithoutSourceRecordUnexpected() {
        ConsumerRecord<byte[], byte[]> large = source.get(0).get(4);
        ConsumerRecord<byte[], byte[]> copy = copyOf(large);
        live.remove(copy);
        backfill.remove(copy);
        ConsumerRecord<byte[], byte[]> right = deadLetter(large);
        deadLetters.add(record("s-dead-letters", 0, 0, 0, right.key(), "w", right.headers()));
        routed = 1000;
        deadLetters.add(deadLetter(record("s", 1, 900, START_MS, "nobody", "n")));
        assertFound(Kind.CHANGED, Kind.UNEXPECTED);
    }

    @Test
    void reducedDeadLetterMatchesByItsFingerprints() {
        ConsumerRecord<byte[], byte[]> large = source.get(0).get(4);
        ConsumerRecord<byte[], byte[]> copy = copyOf(large);
        live.remove(copy);
        backfill.remove(copy);
        ConsumerRecord<byte[], byte[]> right = deadLetter(large);
        Reduction.of("value", large.key(), large.value()).addTo(right.headers());
        deadLetters.add(record("s-dead-letters", 0, 0, 0, right.key(), null, right.headers()));
        assertFound();
    }

    @Test
    void identicalRecordsAreInterchangeableAndCounted() {
        ConsumerRecord<byte[], byte[]> same = record("s", 0, 0, START_MS, "same", "1");
        for (int i = 0; i < 5; i++) {
            source.get(0).add(record("s", 0, source.get(0).size(), START_MS, "same", "1"));
        }
        live.addAll(Collections.nCopies(3, copy("s-live", same)));
        backfill.addAll(Collections.nCopies(2, copy("s-backfill", same)));
        assertFound();
        backfill.add(copy("s-backfill", same));
        assertFound(Kind.DUPLICATED);
        backfill.removeIf(one -> Arrays.equals(one.key(), same.key()));
        assertFound(Kind.MISSING, Kind.MISSING);
    }

    @Test
    void unknownOrderOfIdenticalRecordsIsNoFinding() {
        // Source: a1 b a2. Live lane: a2. Backfill lane: a1 and b.
        for (String value : List.of("a", "b", "a")) {
            source.get(0).add(record("s", 0, source.get(0).size(), START_MS, "same", value));
        }
        ConsumerRecord<byte[], byte[]> a = source.get(0).get(source.get(0).size() - 1);
        ConsumerRecord<byte[], byte[]> b = source.get(0).get(source.get(0).size() - 2);
        backfill.add(copy("s-backfill", b));
        backfill.add(copy("s-backfill", a));
        live.add(copy("s-live", a));
        Report report = assertFound();
        assertThat(report.undecided()).isEqualTo(1);
    }

    @Test
    void unroutedRecordsAreNotMissing() {
        routed = 100;
        live.removeIf(one -> isBehind(one, 100));
        backfill.removeIf(one -> isBehind(one, 150));
        Report report = assertFound();
        assertThat(report.source()).isEqualTo(200);
        assertThat(report.notYetRouted()).isPositive();
        assertThat(report.notYetRouted() + live.size() + backfill.size()).isEqualTo(RECORDS);
    }

    private boolean isBehind(ConsumerRecord<byte[], byte[]> copy, long offset) {
        return source.stream()
                .flatMap(List::stream)
                .anyMatch(one -> one.offset() >= offset && Arrays.equals(one.value(), copy.value()));
    }

    @Test
    void lanesMayHoldMoreThanARange() {
        whole = false;
        source.get(0).subList(0, 50).clear();
        Report report = assertFound();
        assertThat(report.outside()).isEqualTo(50);
        backfill.remove(backfill.indexOf(copyOf(source.get(0).get(30))));
        assertFound(Kind.MISSING);
    }

    @Test
    void replayedDeadLetterOfAWriterIsNotUnexpected() {
        ConsumerRecord<byte[], byte[]> replay = copy("s-live", source.get(0).get(3));
        DeadLetterHeaders.put(replay.headers(), DeadLetterHeaders.ATTEMPT, "1");
        live.add(replay);
        assertThat(assertFound().replayed()).isEqualTo(1);
    }

    @Test
    void replayOfAPartOfATopicIsNotUnexpected() {
        for (int i = 3; i < 6; i++) {
            ConsumerRecord<byte[], byte[]> replay =
                    copy("s-backfill", source.get(0).get(i));
            ReplayOrigin.add(replay.headers(), "s", 0, i);
            backfill.add(replay);
        }
        assertThat(assertFound().replayed()).isEqualTo(3);
    }

    @Test
    void forgedHeadersOfAProducerAreRemovedFromTheLane() {
        ConsumerRecord<byte[], byte[]> forged = source.get(0).get(3);
        forged.headers().add("sidetrack-attempt", new byte[] {'9'});
        forged.headers().add("sidetrack-replayed", new byte[0]);
        forged.headers().add("sidetrack-replayed-from", new byte[0]);
        forged.headers().add(OriginalTimestamp.HEADER, "9223372036854775807".getBytes(UTF_8));
        assertFound();
    }

    /** Random logs with random faults: the audit counts each of them. */
    @Test
    void countsOfManyPlantedFaultsAreRight() {
        Long only = Long.getLong("sidetrack.seed");
        for (long seed = only == null ? 1 : only; seed <= (only == null ? 200 : only); seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            source.forEach(List::clear);
            live.clear();
            backfill.clear();
            Map<Kind, Long> planted = new HashMap<>();
            for (int i = 0; i < 300; i++) {
                int partition = random.nextInt(2);
                String key = "p" + partition + "k" + random.nextInt(20);
                ConsumerRecord<byte[], byte[]> record =
                        record("s", partition, source.get(partition).size(), START_MS + i, key, "v" + i);
                source.get(partition).add(record);
                boolean isLive = random.nextBoolean();
                List<ConsumerRecord<byte[], byte[]>> lane = isLive ? live : backfill;
                ConsumerRecord<byte[], byte[]> copy = copy(isLive ? "s-live" : "s-backfill", record);
                switch (random.nextInt(30)) {
                    case 0 -> planted.merge(Kind.MISSING, 1L, Long::sum);
                    case 1 -> {
                        planted.merge(Kind.DUPLICATED, 1L, Long::sum);
                        lane.add(copy);
                        lane.add(copy);
                    }
                    case 2 -> {
                        planted.merge(Kind.CHANGED, 1L, Long::sum);
                        lane.add(record(copy.topic(), copy.partition(), 0, 0, copy.key(), "w" + i, copy.headers()));
                    }
                    case 3 -> {
                        planted.merge(Kind.IN_TWO_PLACES, 1L, Long::sum);
                        live.add(copy("s-live", record));
                        backfill.add(copy("s-backfill", record));
                    }
                    case 4 -> {
                        planted.merge(Kind.UNEXPECTED, 1L, Long::sum);
                        lane.add(copy);
                        lane.add(copy(copy.topic(), record("s", 0, 0, i, "nobody", "v" + i)));
                    }
                    default -> lane.add(copy);
                }
            }
            Report report = audit();
            for (Kind kind : Kind.values()) {
                assertThat(report.findings().count(kind))
                        .as("-Dsidetrack.seed=%d, %s", seed, kind)
                        .isEqualTo(planted.getOrDefault(kind, 0L));
            }
        }
    }

    @Test
    void aMillionRecordsNeedTheHeapThatTheHelpStates() {
        assertThat(Ledger.bytes(1_000_000)).isBetween(30_000_000L, 50_000_000L);
    }
}
