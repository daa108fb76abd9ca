package io.sidetrack.writer.buffer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.lane.Lane;
import io.sidetrack.mapping.item.ItemMapper;
import io.sidetrack.mapping.item.TimestampVersion;
import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.table.ModelCalls;
import io.sidetrack.writer.table.ModelDynamo;
import io.sidetrack.writer.table.Table;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One random schedule of two lanes in {@code newest-wins} that write to one table, with everything that decides how an item is
 * written: the mapper, the buffer, the guard's statements and puts, and a table that executes them one by one. Calls are
 * throttled, lost or take effect late; writers crash and are replaced, some of them by the former release, which puts items
 * without a fingerprint; records have several shapes; the table has items without versions; and another program adds
 * attributes to items, and replaces some.
 */
final class GuardPathSimulation {
    private static final int MAX_STEPS_TO_END = 20_000;
    private static final String ARN = "arn:aws:dynamodb:eu-central-1:1:table/t";
    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    /** The value of {@code n} in an item of another program. */
    private static final Object FOREIGN_NUMBER =
            ModelDynamo.item("{\"n\":{\"N\":\"-1\"}}").get("n");

    private final SplittableRandom random;
    /** The items tried, by path and result. */
    private final Map<String, Integer> tried;

    private final List<LaneWriter> lanes = new ArrayList<>();
    private final ModelDynamo model = new ModelDynamo(ModelCalls.VERSION, this::written);
    /** The records of both lanes, by key. */
    private final Map<String, List<Entry>> records = new HashMap<>();
    /** Attributes that another program has added since the item was last replaced by a newer one, by key. */
    private final Map<String, Set<String>> added = new HashMap<>();
    /** Keys whose item another program has replaced, which promises nothing about them but atomicity. */
    private final Set<String> disturbed = new HashSet<>();

    private final int keys;
    private final boolean formerReleases;
    private final boolean foreignWriters;
    private boolean calm;
    private long nowNanos;
    private long steps;

    /**
     * A record of a lane.
     *
     * @param write what it writes
     * @param item the item that it writes
     * @param formerItem the item that the former release writes
     */
    private record Entry(Write write, Map<String, Object> item, Map<String, Object> formerItem) {
        static Entry of(Write write) {
            return new Entry(
                    write,
                    ModelDynamo.item(new String(write.json(), UTF_8)),
                    ModelDynamo.item(new String(withoutFingerprint(write).json(), UTF_8)));
        }

        Version version() {
            return write.version();
        }
    }

    private record Call(Batch batch, CompletableFuture<BatchOutcome> outcome) {}

    private final class LaneWriter {
        final boolean live;
        final List<Entry> topic = new ArrayList<>();
        final ItemMapper mapper;
        /** Requests of crashed writers, and requests whose response was lost. */
        final List<ModelCalls.Request> late = new ArrayList<>();

        int committed;
        int position;
        boolean former;
        Table table;
        List<Call> calls;
        List<ModelCalls.Request> requests;
        Counts counts;
        WriteBuffer buffer;

        LaneWriter(boolean live) {
            this.live = live;
            VersionStamp stamp = new VersionStamp(
                    new TimestampVersion(),
                    live ? Lane.LIVE : Lane.BACKFILL,
                    ModelCalls.VERSION,
                    Optional.of(new VersionStamp.Marker(Duration.ofHours(1), "ttl")),
                    CLOCK);
            this.mapper = new ItemMapper(
                    ModelCalls.schema("t"),
                    KeySource.VALUE,
                    KafkaKeyFormat.AUTO,
                    EmptyIndexKeys.REJECT,
                    Optional.of(stamp));
        }

        void start() {
            position = committed;
            calls = new ArrayList<>();
            requests = new ArrayList<>();
            counts = new Counts();
            former = formerReleases && random.nextBoolean();
            List<ModelCalls.Request> sent = requests;
            table = ModelCalls.newestWinning(
                    ModelCalls.schema(former ? ARN : "t"), model, random.nextInt(3) > 0, sent::add, tried);
            buffer = new BufferBuilder()
                    .batchSize(1 + random.nextInt(6))
                    .flushInterval(Duration.ofNanos(1 + random.nextInt(30)))
                    .maxInFlight(1 + random.nextInt(4))
                    .maxRecords(30)
                    .readAhead(Duration.ofNanos(50))
                    .precedence(Precedence.HIGHEST)
                    .backoffs(Duration.ofNanos(5), Duration.ofNanos(40), random.split())
                    .build(counts);
        }

        Write map(SourceRecord record) {
            return ((MappingResult.Accepted) mapper.map(record)).write();
        }

        void read() {
            if (position < topic.size() && !buffer.isFull(nowNanos)) {
                Write write = topic.get(position++).write;
                buffer.add(new MappingResult.Accepted(former ? withoutFingerprint(write) : write), nowNanos);
                if (random.nextBoolean()) {
                    send();
                }
            }
        }

        void send() {
            buffer.ready(nowNanos).forEach(batch -> calls.add(new Call(batch, table.write(batch))));
        }

        /** Lets parts of a request take effect, and completes it or not. */
        void respond() {
            if (requests.isEmpty()) {
                return;
            }
            ModelCalls.Request request = requests.get(random.nextInt(requests.size()));
            boolean fails = !calm && random.nextInt(4) == 0;
            for (int part = 0; part < request.parts(); part++) {
                if (!fails || random.nextBoolean()) {
                    request.execute(part);
                }
            }
            if (fails && random.nextInt(4) == 0) {
                // The response comes later.
                return;
            }
            requests.remove(request);
            if (fails && random.nextBoolean()) {
                late.add(request);
                if (random.nextInt(4) == 0) {
                    request.dropResponse();
                } else {
                    request.lose();
                }
            } else {
                request.complete();
            }
            complete();
        }

        private void complete() {
            for (Call call : List.copyOf(calls)) {
                if (call.outcome.isDone()) {
                    calls.remove(call);
                    buffer.complete(call.batch, call.outcome.join(), nowNanos);
                }
            }
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
            late.addAll(requests);
            // Only to free what waits for the responses; nobody sees the outcomes.
            List.copyOf(requests).forEach(ModelCalls.Request::lose);
            start();
        }

        void executeLate() {
            if (!late.isEmpty()) {
                ModelCalls.Request request = late.get(random.nextInt(late.size()));
                request.execute(random.nextInt(request.parts()));
                if (random.nextInt(request.parts() + 1) == 0) {
                    late.remove(request);
                }
            }
        }
    }

    /** @param tried counts the items tried, by path and result */
    GuardPathSimulation(long seed, Map<String, Integer> tried) {
        random = new SplittableRandom(seed);
        this.tried = tried;
        formerReleases = random.nextInt(3) == 0;
        foreignWriters = random.nextInt(3) == 0;
        lanes.add(new LaneWriter(true));
        lanes.add(new LaneWriter(false));
        keys = 1 + random.nextInt(random.nextBoolean() ? 3 : 15);
        int versions = 1 + random.nextInt(random.nextBoolean() ? 4 : 200);
        int shapes = 1 + random.nextInt(4);
        int count = 1 + random.nextInt(60);
        for (int i = 0; i < count; i++) {
            LaneWriter lane = lanes.get(random.nextInt(2));
            Entry entry = Entry.of(lane.map(record(lane, i, versions, shapes)));
            lane.topic.add(entry);
            records.computeIfAbsent(entry.write.key().partition(), any -> new ArrayList<>())
                    .add(entry);
        }
        for (int key = 0; key < keys; key++) {
            existing("k" + key, random.nextInt(8));
        }
        lanes.forEach(LaneWriter::start);
    }

    private SourceRecord record(LaneWriter lane, int number, int versions, int shapes) {
        String key = "k" + random.nextInt(keys);
        int shape = random.nextInt(shapes);
        String value = "{\"id\":\"" + key + "\",\"n\":" + number + (shape > 0 ? ",\"s" + shape + "\":[\"x\"]" : "")
                + (shape > 2 ? ",\"more\":true,\"o.dd\":1" : "") + "}";
        boolean deletes = random.nextInt(6) == 0;
        return new SourceRecord(
                lane.live ? "live" : "backfill",
                0,
                lane.topic.size(),
                0,
                key.getBytes(UTF_8),
                deletes ? null : value.getBytes(UTF_8),
                List.of(new RecordHeader(
                        "sidetrack-timestamp",
                        Integer.toString(random.nextInt(versions)).getBytes(US_ASCII))));
    }

    /** Puts an item into the table before the writers start, for some kinds. */
    private void existing(String key, int kind) {
        String id = "{\"id\":{\"S\":\"" + key + "\"}";
        switch (kind) {
            case 0 -> model.items().put(key, ModelDynamo.item(id + ",\"legacy\":{\"N\":\"1\"}}"));
            case 1 -> model.items().put(key, ModelDynamo.item(id + ",\"v\":{\"S\":\"9\"},\"v_tie\":{\"N\":\"9\"}}"));
            case 2 ->
                model.items()
                        .put(
                                key,
                                ModelDynamo.item(
                                        id + ",\"v\":{\"N\":\"-1\"},\"s1\":{\"N\":\"1\"},\"v_shape\":{\"S\":\"-\"}}"));
            default -> {}
        }
    }

    private static Write withoutFingerprint(Write write) {
        String json = new String(write.json(), UTF_8);
        String stripped = json.substring(0, json.lastIndexOf(",\"v_shape\"")) + "}";
        return new Write(
                write.key(),
                write.kind(),
                stripped.getBytes(UTF_8),
                write.itemBytes(),
                write.version(),
                write.source());
    }

    /** Runs the schedule to its end. */
    void run() {
        int stepsWithFaults = 20 + random.nextInt(200);
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
        LaneWriter lane = lanes.get(random.nextInt(lanes.size()));
        int percent = random.nextInt(100);
        if (percent < 30) {
            lane.read();
        } else if (percent < 45) {
            nowNanos += random.nextInt(20);
            lane.send();
        } else if (percent < 82) {
            lane.respond();
        } else if (percent < 87) {
            lane.executeLate();
        } else if (percent < 94) {
            lane.commit();
        } else if (!calm && percent < 97) {
            lane.crash();
        } else if (!calm && foreignWriters) {
            disturb("k" + random.nextInt(keys));
        }
    }

    /** Another program changes an item. */
    private void disturb(String key) {
        Map<String, Object> item = model.items().get(key);
        if (item != null) {
            if (random.nextInt(5) == 0) {
                disturbed.add(key);
                model.items().put(key, ModelDynamo.item("{\"id\":{\"S\":\"" + key + "\"},\"n\":{\"N\":\"-1\"}}"));
            } else {
                String name = "foreign" + random.nextInt(3);
                item.put(name, ModelDynamo.item("{\"x\":{\"S\":\"x\"}}").get("x"));
                added.computeIfAbsent(key, any -> new HashSet<>()).add(name);
            }
        }
    }

    private void written(String key, boolean newer) {
        if (newer) {
            added.remove(key);
        }
    }

    private void check() {
        model.items().forEach((key, item) -> {
            Optional<Version> version = version(item);
            assertThat(
                    version.isEmpty() || version.get().number().signum() < 0 || isOneRecord(key, item),
                    () -> "W7: a mixture of items: " + item);
        });
        for (LaneWriter lane : lanes) {
            for (Entry entry : lane.topic.subList(0, lane.committed)) {
                String key = entry.write.key().partition();
                boolean durable = disturbed.contains(key)
                        || version(model.items().getOrDefault(key, Map.of()))
                                .filter(there -> there.compareTo(entry.version()) >= 0)
                                .isPresent();
                assertThat(
                        durable,
                        () -> "W1: " + entry.version() + " of " + key + " is committed, but the table has "
                                + model.items().get(key));
            }
            BufferState state = lane.buffer.state(nowNanos);
            assertThat(
                    lane.counts.received == lane.counts.finished() + state.records(),
                    () -> "W5: " + lane.counts.received + " received, " + lane.counts.finished() + " finished");
        }
    }

    /**
     * Whether the item, without the attributes of another program, is exactly what the record of its version writes. For one call,
     * they can include one of an item by which that program has replaced what a statement expects.
     */
    private boolean isOneRecord(String key, Map<String, Object> item) {
        Map<String, Object> own = new HashMap<>(item);
        own.keySet().removeIf(name -> name.startsWith("foreign"));
        if (disturbed.contains(key)) {
            own.remove("n", FOREIGN_NUMBER);
        }
        Version version = version(item).orElseThrow();
        return records.getOrDefault(key, List.of()).stream()
                .filter(entry -> entry.version().equals(version))
                .anyMatch(entry -> own.equals(entry.item) || own.equals(entry.formerItem));
    }

    private static Optional<Version> version(Map<String, Object> item) {
        Optional<BigDecimal> tie = number(item, "v_tie");
        return number(item, "v")
                .map(number ->
                        new Version(number, tie.map(BigDecimal::longValueExact).orElse(Long.MIN_VALUE)));
    }

    private static Optional<BigDecimal> number(Map<String, Object> item, String name) {
        return item.get(name) instanceof Map<?, ?> value && value.get("N") instanceof String text
                ? Optional.of(new BigDecimal(text))
                : Optional.empty();
    }

    private void checkEnd() {
        records.forEach((key, entries) -> {
            if (disturbed.contains(key)) {
                return;
            }
            Version newest =
                    entries.stream().map(Entry::version).max(Version::compareTo).orElseThrow();
            Map<String, Object> item = model.items().getOrDefault(key, Map.of());
            assertThat(
                    version(item).filter(newest::equals).isPresent(),
                    () -> "W7: the table has " + item + " instead of " + newest);
            Set<String> left = new HashSet<>(item.keySet());
            left.removeIf(name -> !name.startsWith("foreign"));
            left.removeAll(added.getOrDefault(key, Set.of()));
            assertThat(left.isEmpty(), () -> "attributes that a newer item should have removed: " + item);
        });
    }

    private void assertThat(boolean holds, Supplier<String> message) {
        if (!holds) {
            throw new AssertionError(message.get() + " (step " + steps + ")");
        }
    }
}
