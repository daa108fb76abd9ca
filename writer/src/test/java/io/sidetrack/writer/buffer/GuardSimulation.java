package io.sidetrack.writer.buffer;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.writer.model.ItemKey;
import io.sidetrack.writer.model.MappingResult;
import io.sidetrack.writer.model.SourceRecord;
import io.sidetrack.writer.model.Version;
import io.sidetrack.writer.model.Write;
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
 * One random schedule of two lanes into one table. Each lane's writer reads its topic, crashes, and is replaced; what a
 * crashed writer had in flight lands whenever it likes, or never. The table is a map that decides on each write as
 * DynamoDB does by the condition of the writer's mode.
 */
final class GuardSimulation {
    private static final int MAX_STEPS_TO_END = 20_000;

    /** Which modes meet. An overwriting lane has no guard against its own late writes, so it has none here. */
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
    /** The first that was written of a key. */
    private final Map<ItemKey, Entry> first = new HashMap<>();

    private boolean calm;
    private long nowNanos;
    private long steps;

    private static final class Flight {
        final Batch batch;
        /** What was answered, or would have been, by each write that took effect. */
        final IdentityHashMap<Write, Outcome> effects = new IdentityHashMap<>();

        Flight(Batch batch) {
            this.batch = batch;
        }
    }

    private final class Lane {
        final Precedence precedence;
        final boolean live;
        final List<Entry> topic = new ArrayList<>();
        /** What crashed writers left in flight. */
        final List<Write> zombies = new ArrayList<>();

        int committed;
        int position;
        List<Flight> flights;
        Counts tally;
        WriteBuffer buffer;

        Lane(Precedence precedence, boolean live) {
            this.precedence = precedence;
            this.live = live;
            start();
        }

        void start() {
            position = committed;
            flights = new ArrayList<>();
            tally = new Counts();
            buffer = new WriteBuffer(
                    new BufferLimits(
                            1 + random.nextInt(6),
                            1000,
                            Duration.ofNanos(1 + random.nextInt(30)),
                            1 + random.nextInt(4),
                            30,
                            100_000,
                            Duration.ofNanos(50),
                            precedence,
                            100),
                    Backoffs.same(
                            new Backoff(Duration.ofNanos(5), Duration.ofNanos(40), random.split()),
                            Duration.ofNanos(40)),
                    WriteBudget.unlimited(),
                    tally);
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
            buffer.ready(nowNanos).forEach(batch -> flights.add(new Flight(batch)));
        }

        void answer() {
            if (flights.isEmpty()) {
                return;
            }
            Flight flight = flights.get(random.nextInt(flights.size()));
            boolean fails = !calm && random.nextInt(3) == 0;
            List<Outcome> outcomes = new ArrayList<>();
            for (Write write : flight.batch.writes()) {
                if (!fails || random.nextBoolean()) {
                    flight.effects.computeIfAbsent(write, some -> apply(this, some));
                }
                boolean told = flight.effects.containsKey(write) && !(fails && random.nextBoolean());
                outcomes.add(told ? flight.effects.get(write) : new Outcome.Retry(RetryCause.THROTTLED));
            }
            if (fails && random.nextInt(4) == 0) {
                // It is only answered later.
                return;
            }
            flights.remove(flight);
            buffer.complete(
                    flight.batch,
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
            for (Flight flight : flights) {
                for (Write write : flight.batch.writes()) {
                    if (precedence != Precedence.LAST && random.nextBoolean()) {
                        zombies.add(write);
                    }
                }
            }
            start();
        }

        void haunt() {
            if (!zombies.isEmpty()) {
                apply(this, zombies.remove(random.nextInt(zombies.size())));
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
            // As the mapper makes them: ties go to the live lane, and within a lane to the later record.
            Version version = new Version(number, lane.topic.size() - (isLive ? 0 : 1_000_000));
            lane.topic.add(new Entry(new ItemKey("k" + random.nextInt(keys), ""), version, isLive));
        }
    }

    void play() {
        int wild = 20 + random.nextInt(150);
        while (steps < wild) {
            step();
            check();
        }
        calm = true;
        while (lanes.stream().anyMatch(lane -> lane.committed < lane.topic.size() || !lane.zombies.isEmpty())) {
            assertThat(steps < MAX_STEPS_TO_END, () -> "it does not come to an end");
            step();
            check();
        }
        checkTheEnd();
    }

    private void step() {
        steps++;
        Lane lane = lanes.get(random.nextInt(lanes.size()));
        int dice = random.nextInt(100);
        if (dice < 35) {
            lane.read();
        } else if (dice < 50) {
            nowNanos += random.nextInt(20);
            lane.send();
        } else if (dice < 85) {
            lane.answer();
        } else if (dice < 90) {
            lane.haunt();
        } else if (dice < 97) {
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
            // W1, in the terms of each mode.
            for (Entry entry : lane.topic.subList(0, lane.committed)) {
                Entry there = table.get(entry.key);
                boolean durable =
                        switch (pair) {
                            case BOTH_NEWEST_WINS -> there != null && there.version.compareTo(entry.version) >= 0;
                            default -> there != null;
                        };
                assertThat(durable, () -> "W1: " + entry + " is committed, the table has " + there);
            }
            BufferState state = lane.buffer.state(nowNanos);
            assertThat(
                    lane.tally.received == lane.tally.finished() + state.records(),
                    () -> "W5: " + lane.tally.received + " in, " + lane.tally.finished() + " out, " + state);
            assertThat(state.records() > 0 || state.bytes() == 0, () -> "bytes held: " + state);
        }
    }

    private void checkTheEnd() {
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
            Entry wanted =
                    switch (pair) {
                        case BOTH_NEWEST_WINS -> entry;
                        case BOTH_KEEP -> first.get(key);
                        case LIVE_OVERWRITES_AND_BACKFILL_KEEPS ->
                            Optional.ofNullable(lastLive.get(key)).orElse(firstOfBackfill(key));
                    };
            assertThat(
                    wanted.equals(table.get(key)),
                    () -> "W7: the table has " + table.get(key) + ", it should have " + wanted);
        });
    }

    private Entry firstOfBackfill(ItemKey key) {
        return lanes.get(1).topic.stream()
                .filter(entry -> entry.key.equals(key))
                .findFirst()
                .orElse(null);
    }

    private void assertThat(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise.get() + " (step " + steps + ", " + pair + ")");
        }
    }
}
