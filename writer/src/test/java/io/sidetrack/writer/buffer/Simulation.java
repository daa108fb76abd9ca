package io.sidetrack.writer.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.IndexEntries;
import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * One random schedule. Two members of a group, each with a buffer, read a topic with known records; the table is a map.
 * Everything that can happen between them and the table happens in any order: a write takes effect at any time between its
 * sending and its outcome, and the outcome is any that is possible then. The records of some keys belong to a named backfill, which
 * an operator lets run, pauses, and cancels at any time; the parked topic accepts the first ones of the records that it is sent, and
 * acknowledges the first ones of those.
 */
final class Simulation {
    private static final int PARTITIONS = 3;
    private static final List<String> INDEXES = List.of("by-a", "by-b");
    private static final int BATCH_BYTES = 200;
    private static final int MAX_STEPS_TO_END = 20_000;

    private final SplittableRandom random;
    private final int batchSize;
    private final int maxInFlight;
    private final long flushNanos;
    private final List<List<Entry>> topic = new ArrayList<>();
    /** The offset from which the group would read after a restart, by partition. */
    private final int[] committed = new int[PARTITIONS];
    /** The number of the record whose write is in the table, by key. */
    private final Map<ItemKey, Integer> table = new HashMap<>();
    /** Numbers of records whose dead letter was acknowledged. */
    private final Set<Integer> deadLetters = new HashSet<>();
    /** The numbers of the records in the parked topic, by partition, in the order of the topic. */
    private final List<List<Integer>> parked = new ArrayList<>();
    /** What happens to the records of the named backfill that are read from now on. */
    private Fate setting = Fate.WRITE;

    private int settings;
    /** By number of a record, its fate when it was read last. */
    private final Map<Integer, Fate> fates = new HashMap<>();

    private final ThrottledIndexes throttledIndexes = new ThrottledIndexes(INDEXES);
    private final Member[] members = new Member[2];
    private final int[] owner = new int[PARTITIONS];
    /** Whether the table or the commits have changed since the last check. */
    private boolean changed;

    /** Whether faults have ended, so that every record must become durable. */
    private boolean calm;

    private long nowNanos;
    private long steps;

    /** The kind of a record: good, rejected by the mapper, or refused by the table. */
    private enum Kind {
        GOOD,
        BAD,
        POISON
    }

    /** What happens to a record that is read. */
    private enum Fate {
        WRITE,
        PARK,
        DISCARD
    }

    /**
     * @param indexes the indexes that the item is in
     * @param named whether it belongs to the named backfill
     */
    private record Entry(int number, ItemKey key, Kind kind, long indexes, boolean named) {
        /** The parked topic refuses some bad records. */
        boolean isTooLargeToPark() {
            return kind == Kind.BAD && number % 2 == 0;
        }
    }

    private static final class Call {
        final Batch batch;
        boolean tookEffect;

        Call(Batch batch) {
            this.batch = batch;
        }
    }

    /** A batch on its way to the parked topic. */
    private static final class ParkCall {
        final ParkedBatch batch;
        /** How many of its records the topic has. */
        int arrived;

        ParkCall(ParkedBatch batch) {
            this.batch = batch;
        }
    }

    /** One stream thread with its buffer; a crash replaces it. */
    private final class Member {
        final Counts counts = new Counts();
        final int[] position = committed.clone();
        final List<Call> calls = new ArrayList<>();
        final List<DeadLetter> sentDeadLetters = new ArrayList<>();
        final List<ParkCall> parkCalls = new ArrayList<>();
        final WriteBuffer buffer = new BufferBuilder()
                .batchSize(batchSize)
                .batchBytes(BATCH_BYTES)
                .flushInterval(Duration.ofNanos(flushNanos))
                .maxInFlight(maxInFlight)
                .maxRecords(50)
                .maxHeldBytes(100_000)
                .readAhead(Duration.ofNanos(50))
                .throttled(new Throttled(throttledIndexes, WriteBudget.unlimited()))
                .backoffs(Duration.ofNanos(5), Duration.ofNanos(40), random.split())
                .build(counts);
        /** The newest record that this member has written, by key; it never writes an older one. */
        final Map<ItemKey, Integer> applied = new HashMap<>();
    }

    Simulation(long seed) {
        random = new SplittableRandom(seed);
        batchSize = 1 + random.nextInt(random.nextBoolean() ? 4 : BufferLimits.MAX_BATCH_SIZE);
        maxInFlight = 1 + random.nextInt(6);
        flushNanos = 1L + random.nextInt(30);
        int keys = 1 + random.nextInt(random.nextBoolean() ? 4 : 40);
        int badPercent = random.nextInt(12);
        int everyNamedKey = random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(4);
        int records = 1 + random.nextInt(60);
        for (int p = 0; p < PARTITIONS; p++) {
            topic.add(new ArrayList<>());
            parked.add(new ArrayList<>());
        }
        for (int number = 0; number < records; number++) {
            int key = random.nextInt(keys);
            Kind kind = random.nextInt(100) >= badPercent ? Kind.GOOD : random.nextBoolean() ? Kind.BAD : Kind.POISON;
            topic.get(key % PARTITIONS)
                    .add(new Entry(
                            number,
                            new ItemKey("k" + key, ""),
                            kind,
                            random.nextInt(1 << INDEXES.size()),
                            (key + 1) % everyNamedKey == 0));
        }
        for (int m = 0; m < members.length; m++) {
            members[m] = new Member();
        }
        for (int p = 0; p < PARTITIONS; p++) {
            owner[p] = random.nextInt(members.length);
        }
    }

    /** Runs the schedule to its end. */
    void run() {
        int stepsWithFaults = 20 + random.nextInt(150);
        while (steps < stepsWithFaults) {
            step();
            check();
        }
        calm = true;
        while (!isDone()) {
            assertThat(
                    steps < MAX_STEPS_TO_END, () -> "the schedule does not end: " + members[0].buffer.state(nowNanos));
            step();
            check();
        }
        checkEnd();
    }

    private boolean isDone() {
        for (int p = 0; p < PARTITIONS; p++) {
            if (committed[p] < topic.get(p).size()) {
                return false;
            }
        }
        return true;
    }

    private void step() {
        steps++;
        Member member = members[random.nextInt(members.length)];
        int percent = random.nextInt(100);
        if (percent < 35) {
            read(member);
        } else if (percent < 50) {
            nowNanos += random.nextInt(20);
            send(member);
        } else if (percent < 74) {
            complete(member);
        } else if (percent < 80) {
            completeDeadLetter(member);
        } else if (percent < 88) {
            completeParked(member);
        } else if (percent < 94) {
            commit(member);
        } else if (percent < 97) {
            if (!calm) {
                rebalance();
            }
        } else if (percent < 98) {
            if (!calm) {
                crash(member);
            }
        } else {
            completeTwice(member);
        }
    }

    private void read(Member member) {
        int p = random.nextInt(PARTITIONS);
        if (members[owner[p]] != member
                || member.position[p] == topic.get(p).size()
                || member.buffer.isFull(nowNanos)) {
            return;
        }
        if (!calm && random.nextInt(12) == 0) {
            setting = Fate.values()[random.nextInt(Fate.values().length)];
            settings++;
        }
        int offset = member.position[p]++;
        Entry entry = topic.get(p).get(offset);
        Fate fate = entry.named ? setting : Fate.WRITE;
        fates.put(entry.number, fate);
        switch (fate) {
            case WRITE -> member.buffer.add(mapped(entry, p, offset), nowNanos);
            case PARK -> member.buffer.park(source(entry, p, offset), settings, nowNanos);
            case DISCARD -> member.buffer.discard(source(entry, p, offset));
        }
        if (random.nextBoolean()) {
            send(member);
        }
    }

    private static SourceRecord source(Entry entry, int partition, int offset) {
        return new SourceRecord(
                Records.TOPIC, partition, offset, 0, entry.key.partition().getBytes(UTF_8), new byte[1], List.of());
    }

    private static MappingResult mapped(Entry entry, int partition, int offset) {
        SourceRecord source = source(entry, partition, offset);
        return entry.kind == Kind.BAD
                ? new MappingResult.Rejected(source, new Rejection(Reason.NOT_JSON, "bad"))
                : new MappingResult.Accepted(new Write(
                        entry.key,
                        Write.Kind.PUT,
                        new byte[1 + entry.number % 80],
                        10,
                        Version.NONE,
                        source,
                        new IndexEntries(entry.indexes, 0)));
    }

    private void send(Member member) {
        for (Batch batch : member.buffer.ready(nowNanos)) {
            checkLegal(member, batch);
            member.calls.add(new Call(batch));
        }
        member.sentDeadLetters.addAll(member.buffer.takeDeadLetters(nowNanos));
        for (ParkedBatch batch : member.buffer.takeParked(nowNanos)) {
            checkLegal(member, batch);
            member.parkCalls.add(new ParkCall(batch));
        }
    }

    private void complete(Member member) {
        if (member.calls.isEmpty()) {
            return;
        }
        Call call = member.calls.get(random.nextInt(member.calls.size()));
        if (!call.tookEffect && random.nextInt(4) == 0 && !hasPoison(call.batch)) {
            // The call takes effect now, and completes later or never.
            call.batch.writes().forEach(write -> apply(member, write));
            call.tookEffect = true;
            return;
        }
        member.calls.remove(call);
        member.buffer.complete(call.batch, outcome(member, call), nowNanos);
        if (random.nextBoolean()) {
            send(member);
        }
    }

    private BatchOutcome outcome(Member member, Call call) {
        boolean fails = !calm && random.nextInt(3) == 0;
        if (fails && random.nextBoolean()) {
            return retryAll();
        }
        if (call.tookEffect) {
            return WriteBufferTest.written(call.batch);
        }
        if (hasPoison(call.batch)) {
            return new BatchOutcome.Refused("ValidationException");
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Write write : call.batch.writes()) {
            if (fails && random.nextBoolean()) {
                outcomes.add(new Outcome.Retry(RetryCause.UNPROCESSED));
            } else {
                apply(member, write);
                outcomes.add(new Outcome.Written());
            }
        }
        return new BatchOutcome.Each(outcomes, 0);
    }

    private BatchOutcome retryAll() {
        return new BatchOutcome.RetryAll(
                switch (random.nextInt(5)) {
                    case 0 -> {
                        throttledIndexes.throttled(INDEXES.get(random.nextInt(INDEXES.size())), nowNanos);
                        yield RetryCause.THROTTLED_INDEX;
                    }
                    case 1 -> RetryCause.THROTTLED_KEY_RANGE;
                    case 2 -> RetryCause.THROTTLED;
                    default -> RetryCause.TIMEOUT;
                });
    }

    private boolean hasPoison(Batch batch) {
        return batch.writes().stream().anyMatch(write -> entry(write.source()).kind == Kind.POISON);
    }

    private Entry entry(SourceRecord source) {
        return topic.get(source.partition()).get((int) source.offset());
    }

    /** W2: a member never overwrites a record of a key with an older one. */
    private void apply(Member member, Write write) {
        int number = entry(write.source()).number;
        Integer before = member.applied.put(write.key(), number);
        assertThat(
                before == null || before <= number,
                () -> "W2: record " + number + " overwrites the newer record " + before + " of its key");
        table.put(write.key(), number);
        changed = true;
    }

    private void completeDeadLetter(Member member) {
        if (member.sentDeadLetters.isEmpty()) {
            return;
        }
        DeadLetter deadLetter = member.sentDeadLetters.remove(random.nextInt(member.sentDeadLetters.size()));
        if (!calm && random.nextInt(3) == 0) {
            member.buffer.deadLetterFailed(deadLetter, nowNanos);
            return;
        }
        Entry entry = entry(deadLetter.source());
        assertThat(entry.kind != Kind.GOOD, () -> "W3: the good record " + entry.number + " is a dead letter");
        deadLetters.add(entry.number);
        member.buffer.deadLetterAcknowledged(deadLetter, nowNanos);
    }

    private void completeParked(Member member) {
        if (member.parkCalls.isEmpty()) {
            return;
        }
        ParkCall call = member.parkCalls.get(random.nextInt(member.parkCalls.size()));
        if (random.nextInt(4) == 0) {
            // Some records arrive now, and are acknowledged later or never.
            arrive(call, random.nextInt(call.batch.records().size() + 1));
            return;
        }
        member.parkCalls.remove(call);
        member.buffer.complete(call.batch, results(call), nowNanos);
        if (random.nextBoolean()) {
            send(member);
        }
    }

    private void arrive(ParkCall call, int records) {
        for (; call.arrived < records; call.arrived++) {
            append(call.batch, call.arrived);
        }
    }

    private void append(ParkedBatch batch, int index) {
        Entry entry = entry(batch.records().get(index).source());
        if (!entry.isTooLargeToPark()) {
            checkOlder(entry, batch.partition());
            parked.get(batch.partition()).add(entry.number);
            changed = true;
        }
    }

    /** The topic has any number of the first records, and acknowledges any number of the first ones of those. */
    private List<ParkResult> results(ParkCall call) {
        int all = call.batch.records().size();
        boolean fails = !calm && random.nextInt(3) == 0;
        arrive(call, fails ? call.arrived + random.nextInt(all - call.arrived + 1) : all);
        int acknowledged = fails ? random.nextInt(call.arrived + 1) : all;
        List<ParkResult> results = new ArrayList<>();
        for (int i = 0; i < all; i++) {
            boolean refused = entry(call.batch.records().get(i).source()).isTooLargeToPark();
            results.add(
                    i >= acknowledged
                            ? new ParkResult.Failed()
                            : refused ? new ParkResult.Refused("too large") : new ParkResult.Parked());
        }
        return results;
    }

    /**
     * A record that is parked behind a newer one is a repetition: everything before the newer one was durable by then, or was
     * superseded by a write that is behind it.
     */
    private void checkOlder(Entry parkedNow, int partition) {
        for (Entry older : topic.get(partition)) {
            if (older.named && older.number < parkedNow.number && !older.isTooLargeToPark()) {
                assertThat(
                        deadLetters.contains(older.number)
                                || hasItsFate(older, partition)
                                || isSupersededBehind(older, parkedNow, partition),
                        () -> "record " + parkedNow.number + " is parked, and record " + older.number
                                + " is not durable");
            }
        }
    }

    private boolean isSupersededBehind(Entry older, Entry parkedNow, int partition) {
        return topic.get(partition).stream()
                .anyMatch(newer -> newer.number > parkedNow.number
                        && newer.key.equals(older.key)
                        && fates.get(newer.number) == Fate.WRITE);
    }

    /** Commits as the commit gate does: only if the buffer is empty. */
    private boolean commit(Member member) {
        member.buffer.drain(true);
        send(member);
        boolean drained = member.buffer.isEmpty();
        if (drained) {
            for (int p = 0; p < PARTITIONS; p++) {
                if (members[owner[p]] == member) {
                    committed[p] = member.position[p];
                    changed = true;
                }
            }
        }
        member.buffer.drain(false);
        return drained;
    }

    /** A partition moves to the other member, after a commit if it succeeds, and after its calls have completed. */
    private void rebalance() {
        int p = random.nextInt(PARTITIONS);
        Member former = members[owner[p]];
        if (!commit(former)) {
            former.buffer.forget(Records.TOPIC, p, nowNanos);
        }
        while (former.calls.stream().anyMatch(call -> hasPartition(call.batch, p))) {
            Call call = former.calls.stream()
                    .filter(some -> hasPartition(some.batch, p))
                    .findFirst()
                    .orElseThrow();
            former.calls.remove(call);
            former.buffer.complete(call.batch, outcome(former, call), nowNanos);
        }
        for (ParkCall call : List.copyOf(former.parkCalls)) {
            if (call.batch.partition() == p) {
                former.parkCalls.remove(call);
                former.buffer.complete(call.batch, results(call), nowNanos);
            }
        }
        assertThat(former.buffer.isQuiet(Records.TOPIC, p), () -> "a partition is not quiet without a call");
        assertThat(
                former.buffer.takeParked(nowNanos + 1000).stream().noneMatch(batch -> {
                    checkLegal(former, batch);
                    former.parkCalls.add(new ParkCall(batch));
                    return batch.partition() == p;
                }),
                () -> "records of a partition are parked after it moved to another member");
        assertThat(
                former.buffer.ready(nowNanos + 1000).stream().noneMatch(batch -> {
                    checkLegal(former, batch);
                    former.calls.add(new Call(batch));
                    return hasPartition(batch, p);
                }),
                () -> "records of a partition are sent after it moved to another member");
        owner[p] = 1 - owner[p];
        Member newOwner = members[owner[p]];
        newOwner.position[p] = committed[p];
        // The new owner reads the records since the last commit again, some of which the former owner had written.
        for (Entry entry : topic.get(p)) {
            newOwner.applied.remove(entry.key);
        }
    }

    private static boolean hasPartition(Batch batch, int partition) {
        return batch.writes().stream().anyMatch(write -> write.source().partition() == partition);
    }

    /** A process is killed: each call in flight has taken effect, or not. */
    private void crash(Member member) {
        for (Call call : member.calls) {
            if (!call.tookEffect && !hasPoison(call.batch) && random.nextBoolean()) {
                call.batch.writes().forEach(write -> apply(member, write));
            }
        }
        for (ParkCall call : member.parkCalls) {
            arrive(call, call.arrived + random.nextInt(call.batch.records().size() - call.arrived + 1));
        }
        members[member == members[0] ? 0 : 1] = new Member();
    }

    private void completeTwice(Member member) {
        if (!member.parkCalls.isEmpty() && random.nextBoolean()) {
            completeParkedTwice(member);
            return;
        }
        if (member.calls.isEmpty()) {
            return;
        }
        Call call = member.calls.remove(0);
        member.buffer.complete(call.batch, outcome(member, call), nowNanos);
        try {
            member.buffer.complete(call.batch, WriteBufferTest.written(call.batch), nowNanos);
        } catch (IllegalStateException e) {
            return;
        }
        throw new AssertionError("a batch was completed twice");
    }

    private void completeParkedTwice(Member member) {
        ParkCall call = member.parkCalls.remove(0);
        List<ParkResult> results = results(call);
        member.buffer.complete(call.batch, results, nowNanos);
        try {
            member.buffer.complete(call.batch, results, nowNanos);
        } catch (IllegalStateException e) {
            return;
        }
        throw new AssertionError("a batch of parked records was completed twice");
    }

    /** The records are in the order of the lane, and no others of their partition are in flight. */
    private void checkLegal(Member member, ParkedBatch batch) {
        assertThat(
                member.parkCalls.stream().noneMatch(call -> call.batch.partition() == batch.partition()),
                () -> "two batches of a partition are on their way to the parked topic");
        long before = -1;
        for (ParkedRecord record : batch.records()) {
            long offset = record.source().offset();
            long last = before;
            assertThat(offset > last, () -> "offset " + offset + " is parked after " + last);
            before = offset;
        }
    }

    /** W6: the batch is within its limits of items and bytes, without duplicate keys. W2: none of its keys is in flight. */
    private void checkLegal(Member member, Batch batch) {
        assertThat(
                !batch.writes().isEmpty() && batch.writes().size() <= batchSize,
                () -> "W6: a batch of " + batch.writes().size());
        long bytes =
                batch.writes().stream().mapToLong(write -> write.json().length).sum();
        assertThat(bytes <= BATCH_BYTES || batch.writes().size() == 1, () -> "W6: a batch of " + bytes + " bytes");
        assertThat(member.calls.size() < maxInFlight, () -> "more batches are in flight than allowed");
        Set<ItemKey> keys = new HashSet<>();
        for (Write write : batch.writes()) {
            assertThat(keys.add(write.key()), () -> "W6: a batch has a duplicate key");
        }
        for (Call call : member.calls) {
            assertThat(
                    call.batch.writes().stream().noneMatch(write -> keys.contains(write.key())),
                    () -> "W2: a key is in flight twice");
        }
    }

    private void check() {
        // W1: a committed record, or a newer one of its key, is in the table, or it is a dead letter, or it is parked
        // or
        // discarded as it was to be.
        for (int p = 0; changed && p < PARTITIONS; p++) {
            for (Entry entry : topic.get(p).subList(0, committed[p])) {
                assertThat(
                        deadLetters.contains(entry.number) || hasItsFate(entry, p),
                        () -> "W1: record " + entry.number + " is committed and not durable");
            }
        }
        changed = false;
        // W5: every record is accounted for, once.
        for (Member member : members) {
            BufferState state = member.buffer.state(nowNanos);
            assertThat(
                    member.counts.received == member.counts.finished() + state.records(),
                    () -> "W5: " + member.counts.received + " received, " + member.counts.finished() + " finished, "
                            + state);
            assertThat(state.bytes() >= 0 && (state.records() > 0 || state.bytes() == 0), () -> "bytes held: " + state);
            assertThat(state.batchesInFlight() == member.calls.size(), () -> "in flight: " + state);
        }
    }

    private boolean hasItsFate(Entry entry, int partition) {
        return switch (fates.get(entry.number)) {
            case WRITE -> isWrittenOrSuperseded(entry, partition);
            case PARK -> parked.get(partition).contains(entry.number);
            case DISCARD -> true;
        };
    }

    /** Whether the record, or a newer one of its key, is in the table or is a dead letter. */
    private boolean isWrittenOrSuperseded(Entry entry, int partition) {
        Integer there = table.get(entry.key);
        if (there != null && there >= entry.number) {
            return true;
        }
        // A newer record of its key, which the table refused, may have superseded it in the buffer.
        for (Entry newer : topic.get(partition)) {
            if (newer.kind == Kind.POISON
                    && newer.number > entry.number
                    && newer.key.equals(entry.key)
                    && deadLetters.contains(newer.number)) {
                return true;
            }
        }
        return false;
    }

    private void checkEnd() {
        for (int p = 0; p < PARTITIONS; p++) {
            Map<ItemKey, Entry> last = new HashMap<>();
            Set<ItemKey> poisoned = new HashSet<>();
            checkParkedOrder(p);
            for (Entry entry : topic.get(p)) {
                if (entry.named) {
                    continue;
                }
                if (entry.kind == Kind.GOOD) {
                    last.put(entry.key, entry);
                } else if (entry.kind == Kind.POISON) {
                    poisoned.add(entry.key);
                } else {
                    assertThat(deadLetters.contains(entry.number), () -> "W3: a bad record has no dead letter");
                }
            }
            last.forEach((key, entry) -> assertThat(
                    poisoned.contains(key) || table.get(key) == entry.number,
                    () -> "the table has record " + table.get(key) + " of " + key + ", but the last one is "
                            + entry.number));
        }
    }

    /** Whoever replays the parked topic ends with the records in the order of the lane. */
    private void checkParkedOrder(int partition) {
        int before = -1;
        for (Entry entry : topic.get(partition)) {
            if (fates.get(entry.number) == Fate.PARK && !entry.isTooLargeToPark()) {
                int last = parked.get(partition).lastIndexOf(entry.number);
                int former = before;
                assertThat(
                        last > former,
                        () -> "the last copy of record " + entry.number + " is parked before that of an older one: "
                                + parked.get(partition));
                before = last;
            }
        }
    }

    private void assertThat(boolean holds, Supplier<String> message) {
        if (!holds) {
            throw new AssertionError(message.get() + " (step " + steps + ", batch size " + batchSize + ", in flight "
                    + maxInFlight + ", committed " + Arrays.toString(committed) + ")");
        }
    }
}
