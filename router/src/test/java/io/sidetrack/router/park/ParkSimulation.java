package io.sidetrack.router.park;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfills;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Routers, a writer and the operator's tool as a model with a clock of ticks of 100 ms. Only the decisions of the routers are
 * real. Routers crash, hand partitions over and abort transactions; every service sees a setting some time after it was
 * published, and routers read it anew for each task, as {@link Parking} does.
 *
 * <p>After every step: the table receives the records of each key and backfill in the order of the source, and no record has two
 * places. At the end, with faults and producers gone: every record was written, or discarded by the operator.
 */
final class ParkSimulation {
    private static final int PARTITIONS = 2;
    private static final int INSTANCES = 3;
    private static final int KEYS = 3;
    private static final List<String> NAMES = List.of("a", "b");
    private static final String HEADER = "x-backfill";
    private static final int SECOND = 10;
    /** The longest time after which a service sees a setting. */
    private static final int LAG = 2 * SECOND;
    /** The longest duration of a transaction. */
    private static final int TRANSACTION = 2 * SECOND;

    private final SplittableRandom random;
    private final Rules rules;
    private int now;

    /**
     * What routers and tool adhere to. The order is lost without either.
     *
     * @param refreshes whether a new task waits for the current settings
     * @param settles whether the tool waits until every service has seen a setting: before it copies what writers have parked,
     *     and before it declares the backfill resumed
     */
    record Rules(boolean refreshes, boolean settles) {
        static final Rules ALL = new Rules(true, true);
    }

    /** A record of the source. */
    private record Source(int partition, long offset, int key, String name, int number) {}

    private enum End {
        OPEN,
        COMMITTED,
        ABORTED
    }

    /** A transaction; its records become readable when it is committed. */
    private static final class Transaction {
        private End end = End.OPEN;
        private int begun = -1;
    }

    private record Entry(Source record, boolean byWriter, Transaction in) {}

    /** A partition of a topic. */
    private static final class Log {
        private final List<Entry> entries = new ArrayList<>();

        /** Where reading committed records ends at present. */
        int stable() {
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).in.end == End.OPEN) {
                    return i;
                }
            }
            return entries.size();
        }

        int end() {
            return entries.size();
        }
    }

    private record Setting(String name, NamedBackfill value, int publishedAt) {}

    /** A service's view of the settings: the first so many of all that were published. */
    private final class View {
        private final Map<String, NamedBackfill> settings = new HashMap<>();
        private int seen;

        /** @return whether a setting has become visible */
        boolean advance() {
            int before = seen;
            while (seen < published.size()
                    && (now - published.get(seen).publishedAt >= LAG || random.nextInt(8) == 0)) {
                next();
            }
            return seen > before;
        }

        void refresh() {
            while (seen < published.size()) {
                next();
            }
        }

        private void next() {
            Setting one = published.get(seen++);
            settings.put(one.name, one.value);
        }
    }

    /** A process of the router. */
    private final class Instance {
        private final View view = new View();
        private final NamedBackfills settings = new NamedBackfills(HEADER);
        private ParkingLot lot = lot();

        private ParkingLot lot() {
            return new ParkingLot(HEADER, settings, since -> refresh(rules.refreshes), true, () -> now);
        }

        void advance() {
            if (view.advance()) {
                settings.set(view.settings);
            }
        }

        private void refresh(boolean read) {
            if (read) {
                view.refresh();
                settings.set(view.settings);
            }
        }

        /** The process is killed and started again. It reads all settings when it starts. */
        void restart() {
            lot = lot();
            refresh(true);
        }
    }

    /** The task of a source partition, wherever it runs. */
    private final class Task {
        private final int partition;
        private Instance owner;
        /** Null before the first record. */
        private Parking parking;

        private long committed;
        private long position;
        private Transaction transaction = new Transaction();
        private final List<Source> discarded = new ArrayList<>();

        Task(int partition, Instance owner) {
            this.partition = partition;
            this.owner = owner;
        }

        void step() {
            if (transaction.begun >= 0 && now - transaction.begun >= TRANSACTION) {
                commit();
            }
            if (position == sources.get(partition).size()) {
                return;
            }
            Source record = sources.get(partition).get((int) position);
            if (transaction.begun < 0) {
                transaction.begun = now;
            }
            if (parking == null) {
                parking = owner.lot.open(partition);
                parking.beginAt(record.offset);
            }
            switch (parking.place(new RecordHeaders().add(HEADER, record.name.getBytes(UTF_8)), record.offset)) {
                case LANE -> lane.get(record.key % PARTITIONS).entries.add(new Entry(record, false, transaction));
                case PARKED -> parked.get(record.key % PARTITIONS).entries.add(new Entry(record, false, transaction));
                case DISCARDED -> discarded.add(record);
            }
            position++;
        }

        void commit() {
            transaction.end = End.COMMITTED;
            if (parking != null) {
                parking.committed();
            }
            discarded.forEach(record -> discard(record));
            discarded.clear();
            committed = position;
            transaction = new Transaction();
        }

        void abort() {
            transaction.end = End.ABORTED;
            if (parking != null) {
                parking.aborted();
            }
            discarded.clear();
            transaction = new Transaction();
            position = committed;
            parking = null;
        }

        void moveTo(Instance other) {
            owner = other;
            parking = null;
        }
    }

    private final List<List<Source>> sources = new ArrayList<>();
    private final List<Log> lane = new ArrayList<>();
    private final List<Log> parked = new ArrayList<>();
    private final List<Setting> published = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final List<Task> tasks = new ArrayList<>();
    private final List<Tool> tools = new ArrayList<>();

    private final View writer = new View();
    private final int[] written = new int[PARTITIONS];
    private final Map<String, Integer> lastWritten = new HashMap<>();
    private final Map<Integer, String> done = new HashMap<>();
    private int numbers;
    /** The keys and backfills that producers send at present, as bits: a backfill can be silent while it is paused. */
    private int produces = -1;

    ParkSimulation(long seed, Rules rules) {
        this.random = new SplittableRandom(seed);
        this.rules = rules;
        for (int partition = 0; partition < PARTITIONS; partition++) {
            sources.add(new ArrayList<>());
            lane.add(new Log());
            parked.add(new Log());
        }
        for (int i = 0; i < INSTANCES; i++) {
            instances.add(new Instance());
        }
        for (int partition = 0; partition < PARTITIONS; partition++) {
            tasks.add(new Task(partition, instances.get(partition)));
        }
        NAMES.forEach(name -> tools.add(new Tool(name)));
    }

    private void finish(Source record, String how) {
        String before = done.put(record.number, how);
        if (before != null) {
            throw new AssertionError("record %d is %s, and was %s".formatted(record.number, how, before));
        }
    }

    private void write(Source record) {
        finish(record, "written");
        Integer before = lastWritten.put(record.key + record.name, record.number);
        if (before != null && before > record.number) {
            throw new AssertionError("record %d is written after %d".formatted(record.number, before));
        }
    }

    private void discard(Source record) {
        finish(record, "discarded");
    }

    private void stepWriter(int partition) {
        writer.advance();
        Log log = lane.get(partition);
        if (written[partition] >= log.stable()) {
            return;
        }
        Entry entry = log.entries.get(written[partition]);
        if (entry.in.end == End.COMMITTED) {
            NamedBackfill setting = writer.settings.get(entry.record.name);
            boolean parks = setting != null
                    && switch (setting.state()) {
                        case PAUSED, CANCELLED -> true;
                        case RESUMING, RESUMED ->
                            written[partition] < setting.writeFrom().getOrDefault(partition, 0L);
                    };
            if (!parks) {
                write(entry.record);
            } else if (setting.discards()) {
                discard(entry.record);
            } else {
                Transaction done = new Transaction();
                done.end = End.COMMITTED;
                parked.get(partition).entries.add(new Entry(entry.record, true, done));
            }
        }
        written[partition]++;
    }

    /**
     * The operator's tool for one backfill.
     *
     * <pre>
     *   IDLE ─▶ PAUSED ─▶ WRITERS ─▶ ROUND ─▶ COPY ─▶ QUIET ─▶ CHECK ─▶ IDLE
     *                                  ▲                │         │
     *                                  └── was parked ──┴─────────┘
     * </pre>
     *
     * Offsets of the source are read before the ends of the parked topic, and the setting with these offsets is published once
     * everything up to these ends is copied. The backfill is resumed after two rounds in a row in which no router has parked.
     */
    private final class Tool {
        private final String name;
        private final int[] copiedOfWriter = new int[PARTITIONS];
        private final int[] copiedOfRouter = new int[PARTITIONS];
        private NamedBackfill setting;
        private int waitUntil;
        private Step step = Step.IDLE;
        private Map<Integer, Long> copiedTo = Map.of();
        private int[] ends = new int[PARTITIONS];
        private boolean quietBefore;

        Tool(String name) {
            this.name = name;
        }

        private void publish(NamedBackfill value) {
            setting = value;
            published.add(new Setting(name, value, now));
        }

        /** Begins or continues a pause, a cancellation or a resume. */
        void act(boolean onlyResume) {
            if (step != Step.IDLE && !onlyResume && random.nextInt(300) == 0) {
                publish(NamedBackfill.paused(now));
                step = Step.PAUSED;
                waitUntil = now + 15 * SECOND;
            }
            if (now < waitUntil) {
                return;
            }
            switch (step) {
                case IDLE -> {
                    if (!onlyResume && random.nextInt(100) == 0) {
                        publish(
                                random.nextInt(4) == 0
                                        ? NamedBackfill.cancelled(random.nextBoolean(), now)
                                        : NamedBackfill.paused(now));
                        step = Step.PAUSED;
                        waitUntil = now + 15 * SECOND;
                    }
                }
                case PAUSED -> {
                    if (onlyResume || random.nextInt(50) == 0) {
                        Map<Integer, Long> writeFrom = new TreeMap<>();
                        for (int partition = 0; partition < PARTITIONS; partition++) {
                            writeFrom.put(partition, (long) lane.get(partition).end());
                        }
                        publish(setting.resuming(writeFrom, Map.of(), now));
                        step = Step.WRITERS;
                        settle();
                    }
                }
                case WRITERS -> {
                    boolean all = true;
                    for (int partition = 0; partition < PARTITIONS; partition++) {
                        all &= written[partition] >= setting.writeFrom().get(partition);
                        copy(partition, true, parked.get(partition).stable());
                        all &= copiedOfWriter[partition]
                                == parked.get(partition).end();
                    }
                    if (all) {
                        step = Step.ROUND;
                        quietBefore = false;
                    }
                }
                case ROUND -> {
                    Map<Integer, Long> offsets = new TreeMap<>();
                    tasks.forEach(task -> offsets.put(task.partition, task.committed));
                    copiedTo = offsets;
                    quietBefore &= isQuiet(ends);
                    ends = parked.stream().mapToInt(Log::end).toArray();
                    step = Step.COPY;
                }
                case COPY -> {
                    boolean all = true;
                    for (int partition = 0; partition < PARTITIONS; partition++) {
                        copy(
                                partition,
                                false,
                                Math.min(ends[partition], parked.get(partition).stable()));
                        all &= copiedOfRouter[partition] >= ends[partition];
                    }
                    if (all) {
                        publish(setting.resuming(setting.writeFrom(), copiedTo, now));
                        step = Step.QUIET;
                        waitUntil = now + 3 * SECOND;
                    }
                }
                case QUIET -> {
                    boolean quiet = isQuiet(ends);
                    if (quiet && (quietBefore || !rules.settles)) {
                        publish(setting.resumed(copiedTo, now));
                        step = Step.CHECK;
                        waitUntil = now + 5 * SECOND;
                    } else {
                        quietBefore = quiet;
                        step = Step.ROUND;
                    }
                }
                case CHECK -> {
                    if (isQuiet(ends)) {
                        step = Step.IDLE;
                    } else {
                        publish(setting.resuming(setting.writeFrom(), copiedTo, now));
                        step = Step.ROUND;
                        quietBefore = false;
                    }
                }
            }
        }

        /** Waits until every service has seen the setting. */
        private void settle() {
            if (rules.settles) {
                waitUntil = now + 3 * SECOND;
            }
        }

        /** True if no router has parked a record of this backfill from these ends on. */
        private boolean isQuiet(int[] from) {
            for (int partition = 0; partition < PARTITIONS; partition++) {
                List<Entry> entries = parked.get(partition).entries;
                for (int i = from[partition]; i < entries.size(); i++) {
                    if (entries.get(i).record.name.equals(name) && !entries.get(i).byWriter) {
                        return false;
                    }
                }
            }
            return true;
        }

        private void copy(int partition, boolean ofWriter, int to) {
            int[] copied = ofWriter ? copiedOfWriter : copiedOfRouter;
            for (; copied[partition] < to; copied[partition]++) {
                Entry entry = parked.get(partition).entries.get(copied[partition]);
                if (entry.in.end != End.COMMITTED || !entry.record.name.equals(name) || entry.byWriter != ofWriter) {
                    continue;
                }
                if (setting.discards()) {
                    discard(entry.record);
                } else {
                    Transaction committed = new Transaction();
                    committed.end = End.COMMITTED;
                    lane.get(partition).entries.add(new Entry(entry.record, false, committed));
                }
            }
        }
    }

    private enum Step {
        IDLE,
        PAUSED,
        WRITERS,
        ROUND,
        COPY,
        QUIET,
        CHECK
    }

    private void fault() {
        Task task = tasks.get(random.nextInt(PARTITIONS));
        Instance other = instances.get(random.nextInt(INSTANCES));
        switch (random.nextInt(4)) {
            case 0 -> task.abort();
            case 1 -> {
                task.commit();
                task.moveTo(other);
            }
            case 2 -> {
                task.abort();
                task.moveTo(other);
            }
            default -> {
                Instance killed = instances.get(random.nextInt(INSTANCES));
                killed.restart();
                for (Task owned : tasks) {
                    if (owned.owner == killed) {
                        owned.abort();
                        owned.moveTo(instances.get(random.nextInt(INSTANCES)));
                    }
                }
            }
        }
    }

    /**
     * Runs for so many ticks, then until everything has ended.
     *
     * @throws AssertionError if a promise is broken
     */
    void run(int ticks) {
        for (; now < ticks; now++) {
            step(false);
            if (random.nextInt(30) == 0) {
                fault();
            }
        }
        int limit = now + 300 * SECOND;
        while (!isOver()) {
            if (now++ > limit) {
                throw new AssertionError("%d of %d records have arrived".formatted(done.size(), numbers));
            }
            step(true);
        }
        if (done.size() != numbers) {
            throw new AssertionError("%d of %d records have arrived".formatted(done.size(), numbers));
        }
    }

    private void step(boolean ending) {
        if (random.nextInt(5 * SECOND) == 0) {
            produces = random.nextInt(1 << (KEYS * NAMES.size()));
        }
        if (!ending && random.nextInt(3) == 0) {
            int key = random.nextInt(KEYS);
            int name = random.nextInt(NAMES.size());
            if (((produces >> (key * NAMES.size() + name)) & 1) != 0) {
                List<Source> source = sources.get(key % PARTITIONS);
                source.add(new Source(key % PARTITIONS, source.size(), key, NAMES.get(name), numbers++));
            }
        }
        instances.forEach(Instance::advance);
        for (Task task : tasks) {
            if (random.nextInt(2) == 0) {
                task.step();
            }
            if (random.nextInt(10) == 0) {
                task.commit();
            }
        }
        for (int partition = 0; partition < PARTITIONS; partition++) {
            stepWriter(partition);
        }
        tools.forEach(tool -> tool.act(ending));
    }

    private boolean isOver() {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            if (tasks.get(partition).committed < sources.get(partition).size()
                    || written[partition] < lane.get(partition).end()) {
                return false;
            }
        }
        return tools.stream().allMatch(tool -> tool.step == Step.IDLE);
    }
}
