package io.sidetrack.ops.parked;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfill.State;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.topic.TopicIdentity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A small model of a source, routers, the backfill lane, the parked topic, writers and a table, in virtual time. Services follow the
 * setting of one backfill with a delay, as they are documented to. Each call of {@link #anything} lets one of them act.
 *
 * <p>Checked after each write: no record is written for the first time after a newer one of its key.
 */
final class ResumeModel {
    static final int SOURCES = 2;
    static final int LANES = 2;
    private static final int ROUTERS = 3;
    private static final int WRITERS = 2;
    private static final int KEYS = 3;
    /** How long a service may act on an old setting. */
    private static final long LATE_MS = 2_000;
    /** How long a record of a writer that has lost its partition can still be on its way to the parked topic. */
    private static final int LATE_RECORD_MS = 60_000;

    final Random random;
    long nowMs = 1_000_000;
    /** The settings in the control topic. */
    final List<NamedBackfill> control = new ArrayList<>();

    private final List<List<Item>> source = new ArrayList<>();
    private final List<RouterTask> routerTasks = new ArrayList<>();
    private final List<WriterTask> writerTasks = new ArrayList<>();
    private final View[] routers = new View[ROUTERS];
    private final View[] writers = new View[WRITERS];
    final List<Log> lane = new ArrayList<>();
    final List<Log> parked = new ArrayList<>();
    private final List<LateEntry> late = new ArrayList<>();
    private final Set<Item> written = new HashSet<>();
    private final Set<Item> discarded = new HashSet<>();
    /** What writers had not read from a lane that was deleted. */
    private final Set<Item> gone = new HashSet<>();
    /** How often the lane was deleted and created again. */
    private int lanes;

    private final Map<String, Long> newest = new HashMap<>();
    private final Map<String, Long> table = new HashMap<>();
    private long sequence;
    boolean flood;
    boolean producing = true;
    /** The time before which no partition changes its owner. */
    private long settledFromMs;
    /** Whether partitions change their owner. */
    boolean moves = true;

    /** A record of the source. */
    record Item(String key, long sequence, boolean named) {}

    enum Fate {
        OPEN,
        COMMITTED,
        ABORTED
    }

    /** A record of the lane or of the parked topic. */
    final class Entry {
        final Item item;
        final ParkedBy by;
        final long laneOffset;
        final int laneNumber = lanes;
        final long parkedMs = nowMs;
        Fate fate;

        Entry(Item item, ParkedBy by, long laneOffset, Fate fate) {
            this.item = item;
            this.by = by;
            this.laneOffset = laneOffset;
            this.fate = fate;
        }
    }

    /** A partition. */
    static final class Log {
        final List<Entry> entries = new ArrayList<>();

        long end() {
            return entries.size();
        }

        /** The first offset that consumers of committed records cannot read. */
        long stableEnd() {
            for (int i = 0; i < entries.size(); i++) {
                if (entries.get(i).fate == Fate.OPEN) {
                    return i;
                }
            }
            return entries.size();
        }
    }

    private record LateEntry(long atMs, int partition, Entry entry) {}

    /** What a service knows of the setting. */
    private final class View {
        private int seen;
        private long polledMs = nowMs;

        void poll() {
            seen = control.size();
            polledMs = nowMs;
        }

        Optional<NamedBackfill> setting() {
            if (nowMs - polledMs > LATE_MS) {
                poll();
            }
            return seen == 0 ? Optional.empty() : Optional.of(control.get(seen - 1));
        }
    }

    /** A task of a router, as its design describes it. */
    private final class RouterTask {
        final int partition;
        int owner;
        long downUntilMs;
        int moves;
        long committed;
        long next;
        long first = -1;
        /** The offset of the last record that may be parked; -1 for none. */
        long mayBeParked = -1;
        /** The same as of the last commit. */
        long parkedCommitted = -1;

        boolean sends;
        final List<Entry> open = new ArrayList<>();

        RouterTask(int partition) {
            this.partition = partition;
        }

        void act() {
            if (nowMs < downUntilMs) {
                return;
            }
            int chance = random.nextInt(100);
            if (chance < 60) {
                for (int i = random.nextInt(4);
                        i >= 0 && next < source.get(partition).size();
                        i--) {
                    process(source.get(partition).get((int) next));
                    next++;
                }
            } else if (chance < 95) {
                end(Fate.COMMITTED);
                committed = next;
                parkedCommitted = mayBeParked;
            } else {
                end(Fate.ABORTED);
                next = committed;
                mayBeParked = parkedCommitted;
            }
        }

        private void end(Fate fate) {
            open.forEach(entry -> entry.fate = fate);
            open.clear();
        }

        private void process(Item item) {
            if (first < 0) {
                first = next;
            }
            Optional<NamedBackfill> setting = item.named() ? routers[owner].setting() : Optional.empty();
            if (setting.isEmpty()) {
                send(item);
                return;
            }
            switch (setting.get().state()) {
                case PAUSED, CANCELLED -> {
                    sends = false;
                    if (setting.get().discards()) {
                        discarded.add(item);
                    } else {
                        park(item);
                    }
                }
                // A former owner may have parked records; when the resume has ended, they are back.
                case RESUMING -> sendOrPark(item, setting.get(), Math.max(mayBeParked, first - 1));
                case RESUMED -> sendOrPark(item, setting.get(), mayBeParked);
            }
        }

        private void sendOrPark(Item item, NamedBackfill setting, long last) {
            // While writers may have parked records that are not back, nothing is published, and nothing may overtake
            // them.
            boolean isBegun =
                    setting.state() == State.RESUMED || setting.copiedTo().containsKey(partition);
            sends &= isBegun;
            // Of a cancelled backfill whose records are discarded, nothing is left that could be overtaken.
            if (setting.discards() || sends || setting.copiedTo().getOrDefault(partition, isBegun ? 0L : -1L) > last) {
                sends = true;
                send(item);
            } else {
                park(item);
            }
        }

        private void send(Item item) {
            append(lane, new Entry(item, null, -1, Fate.OPEN));
        }

        private void park(Item item) {
            mayBeParked = next;
            append(parked, new Entry(item, ParkedBy.ROUTER, -1, Fate.OPEN));
        }

        private void append(List<Log> topic, Entry entry) {
            topic.get(laneOf(entry.item)).entries.add(entry);
            open.add(entry);
        }

        void move() {
            boolean graceful = random.nextBoolean();
            end(graceful ? Fate.COMMITTED : Fate.ABORTED);
            committed = graceful ? next : committed;
            next = committed;
            owner = random.nextInt(ROUTERS);
            downUntilMs = nowMs + random.nextInt(graceful ? 300 : 10_000);
            moves++;
            first = -1;
            mayBeParked = -1;
            parkedCommitted = -1;
            sends = false;
            opened(routers[owner]);
        }
    }

    /** A task of a writer. */
    private final class WriterTask {
        final int partition;
        int owner;
        long committed;
        long next;

        WriterTask(int partition) {
            this.partition = partition;
        }

        void act() {
            int chance = random.nextInt(100);
            Log log = lane.get(partition);
            if (chance < 70) {
                for (int i = random.nextInt(4); i >= 0 && next < log.stableEnd(); i--) {
                    Entry entry = log.entries.get((int) next);
                    if (entry.fate == Fate.COMMITTED) {
                        process(entry.item);
                    }
                    next++;
                }
            } else {
                committed = next;
            }
        }

        private void process(Item item) {
            Optional<NamedBackfill> setting = (item.named()
                            ? writers[owner].setting()
                            : Optional.<NamedBackfill>empty())
                    .map(recorded -> recorded.onLane(lane()));
            boolean writes = setting.isEmpty()
                    || ((setting.get().state() == State.RESUMING
                                    || setting.get().state() == State.RESUMED)
                            && next >= setting.get().writeFrom().getOrDefault(partition, 0L));
            if (writes) {
                write(item);
            } else if (setting.get().discards()) {
                discarded.add(item);
            } else {
                Entry entry = new Entry(item, ParkedBy.WRITER, next, Fate.COMMITTED);
                parked.get(partition).entries.add(entry);
            }
        }

        void move() {
            if (random.nextBoolean()) {
                committed = next;
            } else if (random.nextInt(3) == 0) {
                // The former owner is frozen, and sends again what it was about to park.
                parked.get(partition).entries.stream()
                        .filter(entry -> entry.laneOffset >= committed)
                        .findAny()
                        .ifPresent(entry ->
                                late.add(new LateEntry(nowMs + random.nextInt(LATE_RECORD_MS), partition, entry)));
            }
            next = committed;
            owner = random.nextInt(WRITERS);
            opened(writers[owner]);
        }
    }

    ResumeModel(Random random) {
        this.random = random;
        for (int i = 0; i < SOURCES; i++) {
            source.add(new ArrayList<>());
            routerTasks.add(new RouterTask(i));
        }
        for (int i = 0; i < LANES; i++) {
            lane.add(new Log());
            parked.add(new Log());
            writerTasks.add(new WriterTask(i));
        }
        for (int i = 0; i < ROUTERS; i++) {
            routers[i] = new View();
        }
        for (int i = 0; i < WRITERS; i++) {
            writers[i] = new View();
        }
    }

    /** A service that opens a task reads the setting before it processes the first record. */
    private void opened(View view) {
        view.poll();
    }

    private static int laneOf(Item item) {
        return Math.floorMod(item.key().hashCode(), LANES);
    }

    /** The identity of the lane. */
    TopicIdentity lane() {
        return new TopicIdentity("cluster", "lane " + lanes);
    }

    /** The lane is deleted, with what is on it, and created again. */
    void recreateLane() {
        for (WriterTask task : writerTasks) {
            List<Entry> entries = lane.get(task.partition).entries;
            // Even what is in the table already: an older copy of its key may return.
            entries.subList((int) task.committed, entries.size()).forEach(entry -> gone.add(entry.item));
            entries.clear();
            task.committed = 0;
            task.next = 0;
            opened(writers[task.owner]);
        }
        late.clear();
        lanes++;
    }

    private void write(Item item) {
        // A writer that reads again may write what it has discarded before.
        if (item.named() && written.add(item) && !discarded.contains(item)) {
            long before = newest.getOrDefault(item.key(), -1L);
            if (item.sequence() < before) {
                throw new AssertionError(item + " is written for the first time after " + before);
            }
            newest.put(item.key(), item.sequence());
        }
        table.put(item.key(), item.sequence());
    }

    /** Time passes, and one of the services, the producer or the operator of the services acts. */
    void anything() {
        nowMs += random.nextInt(flood ? 60 : 250);
        late.removeIf(entry -> {
            if (entry.atMs <= nowMs) {
                parked.get(entry.partition).entries.add(entry.entry);
            }
            return entry.atMs <= nowMs;
        });
        int chance = random.nextInt(1000);
        if (chance < 300) {
            produce();
        } else if (chance < 600) {
            routerTasks.get(random.nextInt(SOURCES)).act();
        } else if (chance < 850) {
            writerTasks.get(random.nextInt(LANES)).act();
        } else if (chance < 980) {
            (random.nextBoolean() ? routers[random.nextInt(ROUTERS)] : writers[random.nextInt(WRITERS)]).poll();
        } else if (chance < 990) {
            flood = random.nextInt(4) == 0;
        } else if (moves && nowMs > settledFromMs) {
            if (random.nextBoolean()) {
                routerTasks.get(random.nextInt(SOURCES)).move();
            } else {
                writerTasks.get(random.nextInt(LANES)).move();
            }
        }
    }

    void put(NamedBackfill setting) {
        control.add(setting);
        settledFromMs = setting.state() == State.RESUMED ? nowMs + LATE_MS : 0;
    }

    /**
     * The command has looked at the owners. The documented limit: if an owner changes between that and the time at which all
     * routers know that the resume has ended, and again after that, the order is not guaranteed.
     */
    void ownersShown() {
        settledFromMs = nowMs + LATE_MS;
    }

    String owners() {
        return routerTasks.stream()
                .map(task -> String.valueOf(task.moves))
                .toList()
                .toString();
    }

    private void produce() {
        if (!producing || (!flood && random.nextInt(4) > 0)) {
            return;
        }
        int partition = random.nextInt(SOURCES);
        boolean named = random.nextInt(4) > 0;
        source.get(partition)
                .add(new Item(partition + (named ? "named" : "other") + random.nextInt(KEYS), sequence++, named));
    }

    /** True if everything is routed, and read by the writers. */
    boolean isDrained() {
        for (RouterTask task : routerTasks) {
            if (task.committed < source.get(task.partition).size()) {
                return false;
            }
        }
        for (WriterTask task : writerTasks) {
            if (task.committed < lane.get(task.partition).end()) {
                return false;
            }
        }
        return late.isEmpty();
    }

    /** Checks that nothing is lost, once everything is drained. */
    void checkEnd() {
        Map<String, Long> last = new HashMap<>();
        source.forEach(partition -> partition.forEach(item -> {
            if (item.named() && !written.contains(item) && !discarded.contains(item) && !gone.contains(item)) {
                throw new AssertionError(item + " is lost");
            }
            if (!discarded.contains(item) && !gone.contains(item)) {
                last.merge(item.key(), item.sequence(), Math::max);
            }
        }));
        last.forEach((key, value) -> {
            if (table.get(key) < value) {
                throw new AssertionError(key + " has " + table.get(key) + " instead of " + value);
            }
        });
    }

    /** Checks that no cancel with discards came after a record was parked. */
    void requireNotDiscarded(Entry entry) {
        if (control.stream()
                .anyMatch(setting -> setting.state() == State.CANCELLED
                        && setting.discards()
                        && setting.setAtMs() > entry.parkedMs)) {
            throw new AssertionError(entry.item + " is copied although it was to be discarded");
        }
    }

    void discarded(Item item) {
        discarded.add(item);
    }

    int routed() {
        return routerTasks.stream().mapToInt(task -> (int) task.committed).sum();
    }

    SortedMap<Integer, Long> ends(List<Log> topic) {
        SortedMap<Integer, Long> ends = new TreeMap<>();
        for (int i = 0; i < topic.size(); i++) {
            ends.put(i, topic.get(i).end());
        }
        return ends;
    }

    /** The offsets that routers have committed; 0 for none. */
    SortedMap<Integer, Long> committed() {
        SortedMap<Integer, Long> committed = new TreeMap<>();
        routerTasks.forEach(task -> committed.put(task.partition, task.committed));
        return committed;
    }

    /** The number of offsets that writers have not read. */
    long unread(SortedMap<Integer, Long> to) {
        return writerTasks.stream()
                .mapToLong(task -> Math.max(0, to.getOrDefault(task.partition, 0L) - task.committed))
                .sum();
    }

    /** The settings that the services have. */
    Set<String> settings() {
        Set<String> all = new TreeSet<>();
        for (View view : routers) {
            all.add("router " + view.setting());
        }
        return all;
    }
}
