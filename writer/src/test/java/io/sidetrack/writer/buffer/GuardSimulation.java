package io.sidetrack.writer.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * One random schedule of two lanes that write to one table. Each lane's writer reads its topic, crashes, and is replaced; a
 * write that a crashed writer had in flight takes effect at any later time, or never. The table is a map that applies the
 * condition of the writer's mode to each write, as DynamoDB does.
 */
final class GuardSimulation {
    private static final int MAX_STEPS_TO_END = 20_000;

    /** The modes of the two lanes. An overwriting lane has no guard against its own late writes, so it has none here. */
    enum Pair {
        BOTH_NEWEST_WINS(Precedence.HIGHEST, Precedence.HIGHEST),
        LIVE_OVERWRITES_AND_BACKFILL_KEEPS(Precedence.LAST, Precedence.FIRST),
        BOTH_KEEP(Precedence.FIRST, Precedence.FIRST);

        private final Precedence live;
        private final Precedence backfill;

        Pair(Precedence live, Precedence backfill) {
            this.live = live;
            this.backfill = backfill;
        }
    }

    private record Entry(ItemKey key, Version version, boolean live) {}

    private final SplittableRandom random;
    private final Pair pair;
    private final List<Lane> lanes = new ArrayList<>();
    private final Map<ItemKey, Entry> table = new HashMap<>();
    /** The first record that was written, by key. */
    private final Map<ItemKey, Entry> first = new HashMap<>();

    /** Whether faults have ended, so that every record must become durable. */
    private boolean calm;

    private long nowNanos;
    private long steps;

    private static final class Call {
        final Batch batch;
        /** The outcome of each write that took effect. */
        final IdentityHashMap<Write, Outcome> effects = new IdentityHashMap<>();

        Call(Batch batch) {
            this.batch = batch;
        }
    }

    private final class Lane {
        final Precedence precedence;
        final boolean live;
        final List<Entry> topic = new ArrayList<>();
        /** Writes that crashed writers had in flight. */
        final List<Write> late = new ArrayList<>();

        int committed;
        int position;
        List<Call> calls;
        Counts counts;
        WriteBuffer buffer;

        Lane(Precedence precedence, boolean live) {
            this.precedence = precedence;
            this.live = live;
            start();
        }

        void start() {
            position = committed;
            calls = new ArrayList<>();
            counts = new Counts();
            buffer = new BufferBuilder()
                    .batchSize(1 + random.nextInt(6))
                    .batchBytes(1000)
                    .flushInterval(Duration.ofNanos(1 + random.nextInt(30)))
                    .maxInFlight(1 + random.nextInt(4))
                    .maxRecords(30)
                    .maxHeldBytes(100_000)
                    .readAhead(Duration.ofNanos(50))
                    .precedence(precedence)
                    .backoffs(Duration.ofNanos(5), Duration.ofNanos(40), random.split())
                    .build(counts);
        }

        void read() {
            if (position == topic.size() || buffer.isFull(nowNanos)) {
                return;
            }
            int offset = position++;
            Entry entry = topic.get(offset);
            SourceRecord source = new SourceRecord(
                    live ? "live" : "backfill",
                    0,
                    offset,
                    0,
                    entry.key.partition().getBytes(UTF_8),
                    null,
                    List.of());
            buffer.add(
                    new MappingResult.Accepted(
                            new Write(entry.key, Write.Kind.PUT, new byte[2], 2, entry.version, source)),
                    nowNanos);
            if (random.nextBoolean()) {
                send();
            }
        }

        void send() {
            buffer.ready(nowNanos).forEach(batch -> calls.add(new Call(batch)));
        }

        void complete() {
            if (calls.isEmpty()) {
                return;
            }
            Call call = calls.get(random.nextInt(calls.size()));
            boolean fails = !calm && random.nextInt(3) == 0;
            List<Outcome> outcomes = new ArrayList<>();
            for (Write write : call.batch.writes()) {
                if (!fails || random.nextBoolean()) {
                    call.effects.computeIfAbsent(write, first -> apply(this, first));
                }
                boolean reported = call.effects.containsKey(write) && !(fails && random.nextBoolean());
                outcomes.add(reported ? call.effects.get(write) : new Outcome.Retry(RetryCause.THROTTLED));
            }
            if (fails && random.nextInt(4) == 0) {
                // The call completes later.
                return;
            }
            calls.remove(call);
            buffer.complete(
                    call.batch,
                    fails && random.nextBoolean()
                            ? new BatchOutcome.RetryAll(RetryCause.TIMEOUT)
                            : new BatchOutcome.Each(outcomes, 0),
                    nowNanos);
            if (random.nextBoolean()) {
                send();
            }
        }

        void commit() {
            buffer.drain(true);
            send();
            if (buffer.isEmpty()) {
                committed = position;
            }
            buffer.drain(false);
        }

        void crash() {
            for (Call call : calls) {
                for (Write write : call.batch.writes()) {
                    if (precedence != Precedence.LAST && random.nextBoolean()) {
                        late.add(write);
                    }
                }
            }
            start();
        }

        void applyLateWrite() {
            if (!late.isEmpty()) {
                apply(this, late.remove(random.nextInt(late.size())));
            }
        }

        Entry entry(Write write) {
            return topic.get((int) write.source().offset());
        }
    }

    GuardSimulation(long seed) {
        random = new SplittableRandom(seed);
        pair = Pair.values()[random.nextInt(Pair.values().length)];
        Lane live = new Lane(pair.live, true);
        Lane backfill = new Lane(pair.backfill, false);
        lanes.add(live);
        lanes.add(backfill);
        int keys = 1 + random.nextInt(random.nextBoolean() ? 3 : 20);
        int versions = 1 + random.nextInt(random.nextBoolean() ? 4 : 200);
        int records = 1 + random.nextInt(60);
        for (int i = 0; i < records; i++) {
            boolean isLive = random.nextBoolean();
            Lane lane = isLive ? live : backfill;
            BigDecimal number = BigDecimal.valueOf(random.nextInt(versions));
            // As the mapper creates versions: the live lane wins ties, and within a lane the later record.
            Version version = new Version(number, lane.topic.size() - (isLive ? 0 : 1_000_000));
            lane.topic.add(new Entry(new ItemKey("k" + random.nextInt(keys), ""), version, isLive));
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
        while (lanes.stream().anyMatch(lane -> lane.committed < lane.topic.size() || !lane.late.isEmpty())) {
            assertThat(steps < MAX_STEPS_TO_END, () -> "the schedule does not end");
            step();
            check();
        }
        checkEnd();
    }

    private void step() {
        steps++;
        Lane lane = lanes.get(random.nextInt(lanes.size()));
        int percent = random.nextInt(100);
        if (percent < 35) {
            lane.read();
        } else if (percent < 50) {
            nowNanos += random.nextInt(20);
            lane.send();
        } else if (percent < 85) {
            lane.complete();
        } else if (percent < 90) {
            lane.applyLateWrite();
        } else if (percent < 97) {
            lane.commit();
        } else if (!calm) {
            lane.crash();
        }
    }

    private Outcome apply(Lane lane, Write write) {
        Entry entry = lane.entry(write);
        Entry there = table.get(entry.key);
        boolean keeps =
                switch (lane.precedence) {
                    case LAST -> false;
                    case FIRST -> there != null;
                    case HIGHEST -> there != null && there.version.compareTo(entry.version) > 0;
                };
        if (keeps) {
            return new Outcome.Stale(write.writeUnits());
        }
        table.put(entry.key, entry);
        first.putIfAbsent(entry.key, entry);
        return new Outcome.Written();
    }

    private void check() {
        for (Lane lane : lanes) {
            // W1: what it means for a committed record depends on the mode.
            for (Entry entry : lane.topic.subList(0, lane.committed)) {
                Entry there = table.get(entry.key);
                boolean durable =
                        switch (pair) {
                            case BOTH_NEWEST_WINS -> there != null && there.version.compareTo(entry.version) >= 0;
                            default -> there != null;
                        };
                assertThat(durable, () -> "W1: " + entry + " is committed, but the table has " + there);
            }
            BufferState state = lane.buffer.state(nowNanos);
            assertThat(
                    lane.counts.received == lane.counts.finished() + state.records(),
                    () -> "W5: " + lane.counts.received + " received, " + lane.counts.finished() + " finished, "
                            + state);
            assertThat(state.records() > 0 || state.bytes() == 0, () -> "bytes held: " + state);
        }
    }

    private void checkEnd() {
        Map<ItemKey, Entry> newest = new HashMap<>();
        Map<ItemKey, Entry> lastLive = new HashMap<>();
        for (Lane lane : lanes) {
            for (Entry entry : lane.topic) {
                newest.merge(entry.key, entry, (a, b) -> a.version.compareTo(b.version) > 0 ? a : b);
                if (entry.live) {
                    lastLive.put(entry.key, entry);
                }
            }
        }
        newest.forEach((key, entry) -> {
            Entry expected =
                    switch (pair) {
                        case BOTH_NEWEST_WINS -> entry;
                        case BOTH_KEEP -> first.get(key);
                        case LIVE_OVERWRITES_AND_BACKFILL_KEEPS ->
                            Optional.ofNullable(lastLive.get(key)).orElse(firstOfBackfill(key));
                    };
            assertThat(
                    expected.equals(table.get(key)),
                    () -> "W7: the table has " + table.get(key) + " instead of " + expected);
        });
    }

    private Entry firstOfBackfill(ItemKey key) {
        return lanes.get(1).topic.stream()
                .filter(entry -> entry.key.equals(key))
                .findFirst()
                .orElse(null);
    }

    private void assertThat(boolean holds, Supplier<String> message) {
        if (!holds) {
            throw new AssertionError(message.get() + " (step " + steps + ", " + pair + ")");
        }
    }
}
