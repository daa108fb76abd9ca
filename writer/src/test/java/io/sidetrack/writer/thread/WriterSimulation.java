package io.sidetrack.writer.thread;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.writer.buffer.BufferLimits;
import io.sidetrack.writer.buffer.Precedence;
import io.sidetrack.writer.hold.Hold;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * One random schedule of one or two lanes that are written to one table. The processes of a group read each lane, while
 * random faults affect the processes, the group, the table, the dead-letter topic and the parked topic, and an operator lets a
 * named backfill run, pauses it and cancels it. The simulation checks safety after every
 * step. Once the faults have ended, every produced record must be committed within a time that follows from the settings, no
 * hold may be left, and a shutdown must end cleanly within its limit.
 */
final class WriterSimulation {
    private static final long MS = ModelTable.MS;
    private static final int MAX_STEPS = 400_000;

    private final SplittableRandom random;
    private final VirtualTime time = new VirtualTime();
    private final ModelStore store = new ModelStore();
    private final List<ModelGroup> groups = new ArrayList<>();
    private final List<ModelClient> everyClient = new ArrayList<>();
    private final List<ModelClient> stoppedUnderLoad = new ArrayList<>();
    private final ModelClient.Settings settings;
    private final int wildSteps;
    /** Whether a small budget needs a long time for the remaining records. */
    private final boolean backlog;

    private final boolean calmOperatorPause;
    private boolean calm;
    private long steps;
    private FaultSchedule weather = FaultSchedule.FINE;
    /** What the operator has decided for the named backfill; each process knows it after a while. */
    private ModelLane.Treatment treatment;

    WriterSimulation(long seed) {
        random = new SplittableRandom(seed);
        backlog = random.nextInt(12) == 0;
        treatment = anyTreatment();
        int partitions = 1 + random.nextInt(4);
        int largestWrite = random.nextInt(3) == 0 ? 8 : 1;
        settings = settings(largestWrite);
        wildSteps = 50 + random.nextInt(backlog ? 100 : 600);
        calmOperatorPause = random.nextInt(20) == 0;
        int modes = random.nextInt(5);
        Precedence first = modes == 0 ? Precedence.FIRST : modes < 3 ? Precedence.LAST : Precedence.HIGHEST;
        boolean twoLanes = modes == 4;
        int keys = 1 + random.nextInt(backlog ? 1000 : random.nextBoolean() ? 4 : 60);
        for (int i = 0; i < (twoLanes ? 2 : 1); i++) {
            ModelLane lane = new ModelLane("lane-" + i, first, partitions);
            lane.fill(
                    backlog ? 400 + random.nextInt(300) : 1 + random.nextInt(100),
                    keys,
                    twoLanes ? 0 : random.nextInt(10),
                    random.nextInt(30),
                    largestWrite,
                    i == 0,
                    twoLanes || random.nextBoolean() ? Integer.MAX_VALUE : 1 + random.nextInt(4),
                    random);
            ModelGroup group = new ModelGroup(
                    lane, store, time, random.split(), settings.session().toNanos());
            groups.add(group);
            for (int c = 1 + random.nextInt(2); c > 0; c--) {
                start(group);
            }
        }
    }

    private ModelClient.Settings settings(int largestWrite) {
        int batchSize = 1 + random.nextInt(!backlog && random.nextBoolean() ? 4 : BufferLimits.MAX_BATCH_SIZE);
        int inFlight = 1 + random.nextInt(4);
        Duration drain = Duration.ofMillis(200 + random.nextInt(2000));
        Duration shutdown = Duration.ofMillis(6000 + random.nextInt(8000));
        double units = !backlog && random.nextInt(3) > 0
                ? Double.POSITIVE_INFINITY
                : largestWrite * (10 + random.nextInt(random.nextBoolean() ? 30 : 200));
        return new ModelClient.Settings(
                1 + random.nextInt(3),
                new BufferLimits(
                        batchSize,
                        200,
                        Duration.ofMillis(10 + random.nextInt(1000)),
                        inFlight,
                        Math.max(batchSize * inFlight, 1 + random.nextInt(backlog ? 200 : 60)),
                        100_000,
                        // As in the settings: the buffered records can be written within a third of the shutdown's
                        // limit.
                        shorter(drain, shutdown.dividedBy(3)),
                        Precedence.LAST,
                        100),
                Duration.ofMillis(500 + random.nextInt(1000)),
                Duration.ofMillis(50 + random.nextInt(2000)),
                drain,
                Duration.ofSeconds(20 + random.nextInt(40)),
                Duration.ofMillis(100 + random.nextInt(backlog ? 20_000 : 5000)),
                Duration.ofSeconds(10),
                shutdown,
                units,
                random.nextInt(3) == 0,
                random.nextBoolean(),
                largestWrite);
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private void start(ModelGroup group) {
        BufferLimits limits = settings.limits();
        ModelClient.Settings own = new ModelClient.Settings(
                settings.threads(),
                new BufferLimits(
                        limits.batchSize(),
                        limits.batchBytes(),
                        limits.flushInterval(),
                        limits.maxInFlight(),
                        limits.maxRecords(),
                        limits.maxHeldBytes(),
                        limits.readAhead(),
                        group.lane.precedence,
                        100),
                settings.requestTimeout(),
                settings.retryCap(),
                settings.drainTimeout(),
                settings.maxPoll(),
                settings.commitInterval(),
                settings.session(),
                settings.shutdown(),
                settings.maxUnits(),
                settings.yields(),
                settings.sharesLane(),
                settings.largestWrite());
        ModelClient client = new ModelClient(group, store, own, time, random.split());
        client.weather = weather;
        client.treatment = treatment;
        group.clients.add(client);
        everyClient.add(client);
    }

    void play() {
        while (steps < wildSteps) {
            // The next disturbance does not depend on the number of events in the meantime.
            long until = time.nowNanos() + random.nextLong(400 * MS);
            while (time.nowNanos() < until && step()) {}
            disturb();
        }
        endFaults();
        awaitCommits();
        stopAll();
        checkTable();
    }

    private boolean step() {
        steps++;
        require(steps < MAX_STEPS, "it does not come to an end");
        boolean any = time.step();
        ModelClient client = time.lastProcess();
        if (client != null && !client.isKilled() && !client.isFrozen()) {
            client.checkAccount();
            checkShutdown(client);
        }
        return any;
    }

    /** A shutdown ends within its limit, whatever happens. */
    private void checkShutdown(ModelClient client) {
        long lasts = time.nowNanos() - client.stoppedAtNanos() - client.thawedAfterStopNanos;
        require(
                !client.isStopping()
                        || client.hasEnded()
                        || lasts <= settings.shutdown().toNanos(),
                () -> "a shutdown has not ended after " + lasts / MS + " ms");
    }

    private void disturb() {
        ModelGroup group = groups.get(random.nextInt(groups.size()));
        List<ModelClient> running = running(group);
        if (running.isEmpty()) {
            start(group);
            return;
        }
        ModelClient client = running.get(random.nextInt(running.size()));
        switch (random.nextInt(16)) {
            case 0, 1, 2 -> setWeather(FaultSchedule.ALL.get(random.nextInt(FaultSchedule.ALL.size())));
            case 3 -> group.rebalance();
            case 4 -> group.remove();
            case 5 -> client.kill();
            case 6 -> client.freeze(random.nextLong(20_000) * MS, random.nextBoolean());
            case 7 -> client.terminate();
            case 8 -> client.operatorPauses(random.nextBoolean());
            case 9 -> changeSpeed(client);
            case 10 -> failThread(client);
            case 11 -> {
                if (running.size() < 3) {
                    start(group);
                }
            }
            case 12, 13 -> {
                treatment = anyTreatment();
                client.operatorSets(treatment);
            }
            default -> setWeather(FaultSchedule.FINE);
        }
    }

    private ModelLane.Treatment anyTreatment() {
        return ModelLane.Treatment.ALL.get(random.nextInt(ModelLane.Treatment.ALL.size()));
    }

    private void changeSpeed(ModelClient client) {
        if (!Double.isInfinite(settings.maxUnits())) {
            client.operatorSetsSpeed(settings.maxUnits() * (0.2 + random.nextDouble()) / 1.2);
        }
    }

    private void failThread(ModelClient client) {
        if (!client.threads.isEmpty()) {
            client.threads.get(random.nextInt(client.threads.size())).fails = true;
        }
    }

    private void setWeather(FaultSchedule some) {
        weather = some;
        everyClient.forEach(client -> client.weather = some);
    }

    private List<ModelClient> running(ModelGroup group) {
        return group.clients.stream()
                .filter(client -> !client.isKilled() && !client.isFrozen() && !client.isStopping())
                .toList();
    }

    private void endFaults() {
        calm = true;
        setWeather(FaultSchedule.FINE);
        for (ModelGroup group : groups) {
            group.clients.stream().filter(ModelClient::isFrozen).forEach(ModelClient::kill);
            if (running(group).isEmpty()) {
                start(group);
            }
            for (ModelClient client : running(group)) {
                // A pending failure of a blocked thread is a fault too.
                client.threads.forEach(thread -> thread.fails = false);
                client.operatorPauses(false);
                client.operatorSetsSpeed(settings.maxUnits());
                client.operatorSets(treatment);
            }
        }
        if (backlog || random.nextInt(3) == 0) {
            stopOneUnderLoad(groups.get(random.nextInt(groups.size())));
        }
        if (calmOperatorPause) {
            running(groups.get(0)).forEach(client -> client.operatorPauses(true));
        }
    }

    /** A shutdown under load leaves nothing behind either, once the faults have ended. */
    private void stopOneUnderLoad(ModelGroup group) {
        ModelClient client = running(group).get(0);
        start(group);
        long recovery = settings.requestTimeout()
                .multipliedBy(2)
                .plus(settings.retryCap())
                .plus(settings.session().dividedBy(2))
                .toNanos();
        time.after(recovery + random.nextLong(3000 * MS), null, () -> {
            client.terminate();
            stoppedUnderLoad.add(client);
        });
    }

    /**
     * Everything becomes durable and is committed within twice the time that follows from the settings: the sum of the
     * longest waits, and the remaining records divided by the rate.
     */
    private void awaitCommits() {
        long start = time.nowNanos();
        long bound = 2 * boundNanos();
        while (!isDone()) {
            require(
                    time.nowNanos() - start <= bound,
                    () -> "not everything is committed %d ms after the faults have ended".formatted(bound / MS));
            require(step(), "nothing happens any more");
        }
        // A grace period and a quarantine may not have ended yet.
        long settled = time.nowNanos()
                + settings.drainTimeout().toNanos()
                + settings.session().dividedBy(2).toNanos()
                + 1000 * MS;
        while (time.nowNanos() < settled) {
            step();
        }
        for (ModelGroup group : groups) {
            for (ModelClient client : running(group)) {
                List<Hold> left = client.holds.active().stream()
                        .filter(hold -> !(hold instanceof Hold.PausedByOperator))
                        .toList();
                require(left.isEmpty(), () -> "a hold is left: " + left);
                require(client.writers.state().records() == 0, () -> "records are left: " + client.writers.state());
            }
        }
    }

    private boolean isDone() {
        for (ModelGroup group : groups) {
            if (calmOperatorPause && group == groups.get(0)) {
                // Nothing more is read, and the buffered records are finished.
                if (running(group).stream()
                        .anyMatch(client -> client.writers.state().records() > 0)) {
                    return false;
                }
            } else if (!group.lane.isCommitted()) {
                return false;
            }
        }
        return true;
    }

    private long boundNanos() {
        long units = groups.stream()
                .mapToLong(group -> group.lane.uncommittedUnits())
                .sum();
        // In the worst case, one partition after another has a backlog, and each has only its own share.
        int shares = settings.sharesLane() ? groups.get(0).lane.partitions.size() : 1;
        double rate = (settings.yields() ? 5 : settings.maxUnits()) / shares;
        double records = groups.stream()
                .mapToLong(group ->
                        group.lane.partitions.stream().mapToLong(List::size).sum())
                .sum();
        Duration waits = settings.retryCap()
                .plus(settings.requestTimeout().multipliedBy(2))
                .plus(settings.drainTimeout().multipliedBy(2))
                .plus(settings.commitInterval())
                .plus(settings.session().multipliedBy(2))
                // The share of a partition that was assigned counts after a second.
                .plus(Duration.ofSeconds(5))
                .plus(settings.limits().flushInterval());
        // One batch after another, each with a single record in the worst case.
        double perRecord = 0.06
                + settings.limits().flushInterval().toNanos()
                        / 1e9
                        / settings.limits().batchSize();
        return waits.toNanos() + (long) ((units / rate + records * perRecord) * 1e9);
    }

    /** Once faults have ended, a shutdown leaves nothing behind. */
    private void stopAll() {
        List<ModelClient> last = new ArrayList<>();
        groups.forEach(group -> last.addAll(running(group)));
        last.forEach(ModelClient::terminate);
        last.addAll(stoppedUnderLoad);
        while (!last.stream().allMatch(ModelClient::hasEnded)) {
            require(step(), "nothing happens any more");
        }
        for (ModelClient client : last) {
            // A lane that yields may have lowered its rate after it has read the records.
            boolean slowed = settings.yields() && stoppedUnderLoad.contains(client);
            // However small the budget is, a thread holds a batch and accepts the rest of the current round.
            int leastHeld = settings.threads() * (settings.limits().batchSize() + client.roundAtShutdown);
            int shares = settings.sharesLane() ? groups.get(0).lane.partitions.size() : 1;
            double leastHeldSeconds = leastHeld * settings.largestWrite() / (settings.maxUnits() / shares);
            boolean tooSmall = leastHeldSeconds > settings.shutdown().toMillis() / 1000.0 / 4;
            if (slowed || tooSmall || client.lostPartitionsInShutdown) {
                continue;
            }
            require(client.writers.allDone(), "a shutdown without faults leaves something behind");
        }
    }

    /** The table has the expected items; W7 with two lanes. */
    private void checkTable() {
        if (calmOperatorPause) {
            return;
        }
        Map<ItemKey, ModelLane.Entry> wanted = new HashMap<>();
        for (ModelGroup group : groups) {
            ModelLane lane = group.lane;
            for (int p = 0; p < lane.partitions.size(); p++) {
                int partition = p;
                require(lane.isParkedInOrder(p), () -> "partition %d is parked as %s"
                        .formatted(partition, lane.parked.get(partition)));
            }
            for (List<ModelLane.Entry> partition : lane.partitions) {
                for (ModelLane.Entry entry : partition) {
                    require(
                            store.isDurable(lane, entry),
                            () -> entry + " is not durable, the table has " + store.items.get(entry.key()));
                    boolean writes = entry.kind() == ModelLane.Kind.PUT || entry.kind() == ModelLane.Kind.DELETE;
                    // A named backfill can have written a record in vain, and parked it when it was read again.
                    if (writes
                            && !entry.named()
                            && lane.precedence != Precedence.FIRST
                            && !lane.poisoned.contains(entry.key())) {
                        wanted.merge(
                                entry.key(),
                                entry,
                                (one, other) -> one.version().compareTo(other.version()) > 0 ? one : other);
                    }
                }
            }
        }
        wanted.forEach((key, entry) -> {
            ModelStore.Item item = store.items.get(key);
            require(
                    item.entry().equals(entry),
                    () -> "W2, W7: the table has " + item.entry() + ", it should have " + entry);
        });
    }

    private void require(boolean holdsTrue, String otherwise) {
        require(holdsTrue, () -> otherwise);
    }

    private void require(boolean holdsTrue, Supplier<String> otherwise) {
        if (!holdsTrue) {
            StringBuilder state = new StringBuilder();
            for (ModelClient client : everyClient) {
                if (!client.isKilled()) {
                    state.append("; ").append(client.writers.state()).append(client.holds.active());
                }
            }
            throw new AssertionError(
                    otherwise.get() + " (step " + steps + ", calm " + calm + ", " + settings + state + ")");
        }
    }
}
