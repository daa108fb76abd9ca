package io.sidetrack.writer.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.writer.model.ItemKey;
import io.sidetrack.writer.model.MappingResult;
import io.sidetrack.writer.model.Reason;
import io.sidetrack.writer.model.Rejection;
import io.sidetrack.writer.model.SourceRecord;
import io.sidetrack.writer.model.Version;
import io.sidetrack.writer.model.Write;
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
 * One random schedule. Two members of a group, each with a buffer, read a topic of which every record is known; the table
 * is a map. What can happen between them and the table happens, in any order: a write takes effect at any time between
 * its sending and its answer, and the answer may say anything that is possible then.
 */
final class Simulation {
    private static final int PARTITIONS = 3;
    private static final int MAX_STEPS_TO_END = 20_000;

    private final SplittableRandom random;
    private final int batchSize;
    private final int maxInFlight;
    private final long flushNanos;
    private final List<List<Entry>> topic = new ArrayList<>();
    /** By partition, the offset that the group would read from after a restart. */
    private final int[] committed = new int[PARTITIONS];
    /** By key, the number of the record whose write is in the table. */
    private final Map<ItemKey, Integer> table = new HashMap<>();
    /** Numbers of records whose dead letter was acknowledged. */
    private final Set<Integer> deadLetters = new HashSet<>();

    private final Member[] members = new Member[2];
    private final int[] owner = new int[PARTITIONS];
    /** Whether table or commits have changed since the last check. */
    private boolean changed;

    private boolean calm;
    private long nowNanos;
    private long steps;

    /** What a record is: good, not mappable, or refused by the table. */
    private enum Kind {
        GOOD,
        BAD,
        POISON
    }

    private record Entry(int number, ItemKey key, Kind kind) {}

    private static final class Flight {
        final Batch batch;
        boolean tookEffect;

        Flight(Batch batch) {
            this.batch = batch;
        }
    }

    /** One stream thread with its buffer; a crash replaces it. */
    private final class Member {
        final Counts tally = new Counts();
        final int[] position = committed.clone();
        final List<Flight> flights = new ArrayList<>();
        final List<DeadLetter> letters = new ArrayList<>();
        final WriteBuffer buffer = new WriteBuffer(
                new BufferLimits(
                        batchSize,
                        200,
                        Duration.ofNanos(flushNanos),
                        maxInFlight,
                        50,
                        100_000,
                        Duration.ofNanos(50),
                        Precedence.LAST,
                        100),
                Backoffs.same(
                        new Backoff(Duration.ofNanos(5), Duration.ofNanos(40), random.split()), Duration.ofNanos(40)),
                WriteBudget.unlimited(),
                tally);
        /** By key, the newest record that this member has written; it must never go back. */
        final Map<ItemKey, Integer> applied = new HashMap<>();
    }

    Simulation(long seed) {
        random = new SplittableRandom(seed);
        batchSize = 1 + random.nextInt(random.nextBoolean() ? 4 : BufferLimits.MAX_BATCH_SIZE);
        maxInFlight = 1 + random.nextInt(6);
        flushNanos = 1L + random.nextInt(30);
        int keys = 1 + random.nextInt(random.nextBoolean() ? 4 : 40);
        int badness = random.nextInt(12);
        int records = 1 + random.nextInt(60);
        for (int p = 0; p < PARTITIONS; p++) {
            topic.add(new ArrayList<>());
        }
        for (int number = 0; number < records; number++) {
            int key = random.nextInt(keys);
            Kind kind = random.nextInt(100) >= badness ? Kind.GOOD : random.nextBoolean() ? Kind.BAD : Kind.POISON;
            topic.get(key % PARTITIONS).add(new Entry(number, new ItemKey("k" + key, ""), kind));
        }
        for (int m = 0; m < members.length; m++) {
            members[m] = new Member();
        }
        for (int p = 0; p < PARTITIONS; p++) {
            owner[p] = random.nextInt(members.length);
        }
    }

    /** Plays to the end. */
    void play() {
        int wild = 20 + random.nextInt(150);
        while (steps < wild) {
            step();
            check();
        }
        calm = true;
        while (!isDone()) {
            assertThat(
                    steps < MAX_STEPS_TO_END, () -> "it does not come to an end: " + members[0].buffer.state(nowNanos));
            step();
            check();
        }
        checkTheEnd();
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
        int dice = random.nextInt(100);
        if (dice < 35) {
            read(member);
        } else if (dice < 50) {
            nowNanos += random.nextInt(20);
            send(member);
        } else if (dice < 80) {
            answer(member);
        } else if (dice < 88) {
            answerLetter(member);
        } else if (dice < 94) {
            commit(member);
        } else if (dice < 97) {
            if (!calm) {
                rebalance();
            }
        } else if (dice < 98) {
            if (!calm) {
                crash(member);
            }
        } else {
            doubleAnswer(member);
        }
    }

    private void read(Member member) {
        int p = random.nextInt(PARTITIONS);
        if (members[owner[p]] != member
                || member.position[p] == topic.get(p).size()
                || member.buffer.isFull(nowNanos)) {
            return;
        }
        int offset = member.position[p]++;
        member.buffer.add(mapped(topic.get(p).get(offset), p, offset), nowNanos);
        if (random.nextBoolean()) {
            send(member);
        }
    }

    private MappingResult mapped(Entry entry, int partition, int offset) {
        SourceRecord source = new SourceRecord(
                Records.TOPIC, partition, offset, 0, entry.key.partition().getBytes(UTF_8), new byte[1], List.of());
        return entry.kind == Kind.BAD
                ? new MappingResult.Rejected(source, new Rejection(Reason.NOT_JSON, "bad"))
                : new MappingResult.Accepted(new Write(
                        entry.key, Write.Kind.PUT, new byte[1 + entry.number % 80], 10, Version.NONE, source));
    }

    private void send(Member member) {
        for (Batch batch : member.buffer.ready(nowNanos)) {
            checkLegal(member, batch);
            member.flights.add(new Flight(batch));
        }
        member.letters.addAll(member.buffer.takeDeadLetters(nowNanos));
    }

    private void answer(Member member) {
        if (member.flights.isEmpty()) {
            return;
        }
        Flight flight = member.flights.get(random.nextInt(member.flights.size()));
        if (!flight.tookEffect && random.nextInt(4) == 0 && !hasPoison(flight.batch)) {
            // It takes effect now, and is answered later, or never.
            flight.batch.writes().forEach(write -> apply(member, write));
            flight.tookEffect = true;
            return;
        }
        member.flights.remove(flight);
        member.buffer.complete(flight.batch, outcome(member, flight), nowNanos);
        if (random.nextBoolean()) {
            send(member);
        }
    }

    private BatchOutcome outcome(Member member, Flight flight) {
        boolean fails = !calm && random.nextInt(3) == 0;
        if (fails && random.nextBoolean()) {
            return new BatchOutcome.RetryAll(RetryCause.TIMEOUT);
        }
        if (flight.tookEffect) {
            return WriteBufferTest.written(flight.batch);
        }
        if (hasPoison(flight.batch)) {
            return new BatchOutcome.Refused("ValidationException");
        }
        List<Outcome> outcomes = new ArrayList<>();
        for (Write write : flight.batch.writes()) {
            if (fails && random.nextBoolean()) {
                outcomes.add(new Outcome.Retry(RetryCause.UNPROCESSED));
            } else {
                apply(member, write);
                outcomes.add(new Outcome.Written());
            }
        }
        return new BatchOutcome.Each(outcomes, 0);
    }

    private boolean hasPoison(Batch batch) {
        return batch.writes().stream().anyMatch(write -> entry(write.source()).kind == Kind.POISON);
    }

    private Entry entry(SourceRecord source) {
        return topic.get(source.partition()).get((int) source.offset());
    }

    /** W2: what one member writes of a key never goes back. */
    private void apply(Member member, Write write) {
        int number = entry(write.source()).number;
        Integer before = member.applied.put(write.key(), number);
        assertThat(
                before == null || before <= number,
                () -> "W2: record " + number + " is written over the newer " + before + " of its key");
        table.put(write.key(), number);
        changed = true;
    }

    private void answerLetter(Member member) {
        if (member.letters.isEmpty()) {
            return;
        }
        DeadLetter letter = member.letters.remove(random.nextInt(member.letters.size()));
        if (!calm && random.nextInt(3) == 0) {
            member.buffer.deadLetterFailed(letter, nowNanos);
            return;
        }
        Entry entry = entry(letter.source());
        assertThat(entry.kind != Kind.GOOD, () -> "W3: the good record " + entry.number + " is a dead letter");
        deadLetters.add(entry.number);
        member.buffer.deadLetterAcknowledged(letter, nowNanos);
    }

    /** As the gate does it: nothing is committed but from an empty buffer. */
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

    /** A partition goes to the other member, after a commit if one succeeds; its flights have ended by then. */
    private void rebalance() {
        int p = random.nextInt(PARTITIONS);
        Member loser = members[owner[p]];
        if (!commit(loser)) {
            loser.buffer.forget(Records.TOPIC, p, nowNanos);
        }
        while (loser.flights.stream().anyMatch(flight -> hasPartition(flight.batch, p))) {
            Flight flight = loser.flights.stream()
                    .filter(some -> hasPartition(some.batch, p))
                    .findFirst()
                    .orElseThrow();
            loser.flights.remove(flight);
            loser.buffer.complete(flight.batch, outcome(loser, flight), nowNanos);
        }
        assertThat(
                loser.buffer.ready(nowNanos + 1000).stream().noneMatch(batch -> {
                    checkLegal(loser, batch);
                    loser.flights.add(new Flight(batch));
                    return hasPartition(batch, p);
                }),
                () -> "a partition's records are sent after it went to another owner");
        owner[p] = 1 - owner[p];
        Member winner = members[owner[p]];
        winner.position[p] = committed[p];
        // The winner reads again what the loser had written, from the last commit on.
        for (Entry entry : topic.get(p)) {
            winner.applied.remove(entry.key);
        }
    }

    private static boolean hasPartition(Batch batch, int partition) {
        return batch.writes().stream().anyMatch(write -> write.source().partition() == partition);
    }

    /** kill -9: each call in flight took effect, or did not. */
    private void crash(Member member) {
        for (Flight flight : member.flights) {
            if (!flight.tookEffect && !hasPoison(flight.batch) && random.nextBoolean()) {
                flight.batch.writes().forEach(write -> apply(member, write));
            }
        }
        members[member == members[0] ? 0 : 1] = new Member();
    }

    private void doubleAnswer(Member member) {
        if (member.flights.isEmpty()) {
            return;
        }
        Flight flight = member.flights.remove(0);
        member.buffer.complete(flight.batch, outcome(member, flight), nowNanos);
        try {
            member.buffer.complete(flight.batch, WriteBufferTest.written(flight.batch), nowNanos);
        } catch (IllegalStateException e) {
            return;
        }
        throw new AssertionError("a batch was completed twice");
    }

    /** W6: 25 items at most, no key twice, within its bytes. W2: no key that is in flight already. */
    private void checkLegal(Member member, Batch batch) {
        assertThat(
                !batch.writes().isEmpty() && batch.writes().size() <= batchSize,
                () -> "W6: a batch of " + batch.writes().size());
        long bytes =
                batch.writes().stream().mapToLong(write -> write.json().length).sum();
        assertThat(bytes <= 200 || batch.writes().size() == 1, () -> "W6: a batch of " + bytes + " bytes");
        assertThat(member.flights.size() < maxInFlight, () -> "more batches in flight than allowed");
        Set<ItemKey> keys = new HashSet<>();
        for (Write write : batch.writes()) {
            assertThat(keys.add(write.key()), () -> "W6: a key is twice in a batch");
        }
        for (Flight flight : member.flights) {
            assertThat(
                    flight.batch.writes().stream().noneMatch(write -> keys.contains(write.key())),
                    () -> "W2: a key is in flight twice");
        }
    }

    private void check() {
        // W1: what is committed is in the table, or something newer of its key is, or its dead letter is acknowledged.
        for (int p = 0; changed && p < PARTITIONS; p++) {
            for (Entry entry : topic.get(p).subList(0, committed[p])) {
                assertThat(
                        deadLetters.contains(entry.number) || isWrittenOrSuperseded(entry, p),
                        () -> "W1: record " + entry.number + " is committed and not durable");
            }
        }
        changed = false;
        // W5: every record is accounted for, once.
        for (Member member : members) {
            BufferState state = member.buffer.state(nowNanos);
            assertThat(
                    member.tally.received == member.tally.finished() + state.records(),
                    () -> "W5: " + member.tally.received + " in, " + member.tally.finished() + " out, " + state);
            assertThat(state.bytes() >= 0 && (state.records() > 0 || state.bytes() == 0), () -> "bytes held: " + state);
            assertThat(state.batchesInFlight() == member.flights.size(), () -> "in flight: " + state);
        }
    }

    /** A good record counts as done when a record of its key, itself or newer, is in the table or is a dead letter. */
    private boolean isWrittenOrSuperseded(Entry entry, int partition) {
        Integer there = table.get(entry.key);
        if (there != null && there >= entry.number) {
            return true;
        }
        // A newer one of its key that the table refused has taken its place in the buffer.
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

    private void checkTheEnd() {
        for (int p = 0; p < PARTITIONS; p++) {
            Map<ItemKey, Entry> last = new HashMap<>();
            Set<ItemKey> poisoned = new HashSet<>();
            for (Entry entry : topic.get(p)) {
                if (entry.kind == Kind.GOOD) {
                    last.put(entry.key, entry);
                } else if (entry.kind == Kind.POISON) {
                    poisoned.add(entry.key);
                } else {
                    assertThat(deadLetters.contains(entry.number), () -> "W3: bad record without a dead letter");
                }
            }
            last.forEach((key, entry) -> assertThat(
                    poisoned.contains(key) || table.get(key) == entry.number,
                    () -> "the table has record " + table.get(key) + " of " + key + ", the last one is "
                            + entry.number));
        }
    }

    private void assertThat(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get() + " (step " + steps + ", batch size " + batchSize + ", in flight "
                    + maxInFlight + ", committed " + Arrays.toString(committed) + ")");
        }
    }
}
