package io.sidetrack.writer.buffer;

import io.sidetrack.writer.share.LaneSample;
import io.sidetrack.writer.share.LaneShare;
import io.sidetrack.writer.share.PartitionOffsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Several instances of a group with the real budgets and shares, and models of the group, of the lane and of the brokers, in
 * virtual time. Instances come, go, freeze and are killed, partitions move and are added, and samples are slow or fail. After
 * every step, the group has not spent more than the limit allows over any period that ends then, plus one agreed burst.
 */
final class LaneBudgetSimulation {
    private static final long MS = 1_000_000;
    private static final long SECOND = 1000 * MS;
    private static final int BATCH = 25;
    private static final int MAX_INSTANCES = 5;

    private final SplittableRandom random;
    private final double limit;
    private final boolean lends;
    private final long sessionNanos;
    private final long commitNanos;
    private final List<Partition> partitions = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private long now = SECOND;
    private long grownNanos = Long.MIN_VALUE / 2;
    private boolean calm;
    /** What the group has spent above the limit, over the period in which that is most. */
    private double excess;

    private double spent;

    /** How records arrive in a partition, per second. */
    private enum Arrivals {
        NONE(0),
        FEW(2),
        SOME(40),
        BACKLOG(100_000);

        final int perSecond;

        Arrivals(int perSecond) {
            this.perSecond = perSecond;
        }
    }

    private static final class Partition {
        Arrivals arrivals = Arrivals.NONE;
        double end;
        long committed;
        long position;
        long commitDueNanos;
        Instance owner;
        /** When the group assigns it, if it has no owner. */
        long freeFromNanos;
    }

    private final class Instance {
        /** Clocks of instances do not agree. */
        final long clockOffset = random.nextLong(1_000_000 * SECOND);

        final WriteBudget budget = new WriteBudget(Double.POSITIVE_INFINITY, false, clock());
        final LaneShare share = new LaneShare(partitions.size(), lends, budget::setShare);
        final Map<Integer, Object> tasks = new HashMap<>();
        final long readyNanos = now + random.nextLong(5 * SECOND);
        long frozenUntilNanos;
        long updateNanos;
        long countNanos = now + LaneShare.COUNT_INTERVAL.toNanos() / 2;
        /** The phases of a sample. */
        long sampleNanos = now;

        long committedNanos = Long.MAX_VALUE;
        long endsNanos = Long.MAX_VALUE;
        long sampledNanos = Long.MAX_VALUE;
        Map<Integer, Long> committed = Map.of();
        Map<Integer, PartitionOffsets> offsets = Map.of();

        Instance() {
            budget.setLaneLimit(limit, clock());
            share.update(clock());
        }

        long clock() {
            return now + clockOffset;
        }

        void step() {
            if (now >= updateNanos) {
                share.update(clock());
                updateNanos = now + 250 * MS;
            }
            if (now >= countNanos) {
                share.setPartitions(partitions.size(), clock());
                countNanos = now + LaneShare.COUNT_INTERVAL.toNanos() / 2;
            }
            if (lends) {
                sample();
            }
            for (int number : List.copyOf(tasks.keySet())) {
                Partition partition = partitions.get(number);
                if (now >= partition.commitDueNanos) {
                    partition.committed = partition.position;
                    partition.commitDueNanos = now + commitNanos;
                }
            }
            write();
        }

        private void sample() {
            if (now >= sampleNanos && sampledNanos == Long.MAX_VALUE) {
                boolean slow = !calm && random.nextInt(10) == 0;
                long phase = slow ? 1500 * MS : 60 * MS;
                sampleNanos = now;
                committedNanos = now + random.nextLong(phase);
                endsNanos = committedNanos + random.nextLong(phase);
                sampledNanos = endsNanos + random.nextLong(phase);
            }
            if (now >= committedNanos) {
                committed = new HashMap<>();
                for (int i = 0; i < partitions.size(); i++) {
                    committed.put(i, partitions.get(i).committed);
                }
                committedNanos = Long.MAX_VALUE;
            }
            if (now >= endsNanos) {
                offsets = new HashMap<>();
                committed.forEach((number, offset) ->
                        offsets.put(number, new PartitionOffsets(offset, (long) partitions.get(number).end)));
                endsNanos = Long.MAX_VALUE;
            }
            if (now >= sampledNanos) {
                boolean fails = !calm && random.nextInt(20) == 0;
                if (!fails) {
                    share.add(new LaneSample(sampleNanos + clockOffset, clock(), offsets), clock());
                }
                sampledNanos = Long.MAX_VALUE;
                sampleNanos = now + LaneShare.SAMPLE_INTERVAL.toNanos();
            }
        }

        private void write() {
            for (int number : tasks.keySet()) {
                Partition partition = partitions.get(number);
                while (partition.position < (long) partition.end && budget.isOpen(clock())) {
                    int units = (int) Math.min(BATCH, (long) partition.end - partition.position);
                    double reserved = budget.reserve(units);
                    budget.settle(reserved, units, units, clock());
                    partition.position += units;
                    spend(units);
                }
            }
        }

        void open(int number) {
            Partition partition = partitions.get(number);
            partition.owner = this;
            partition.position = partition.committed;
            partition.commitDueNanos = now + random.nextLong(commitNanos);
            Object task = new Object();
            tasks.put(number, task);
            share.opened(task, number, clock());
        }

        /** Closes a partition, which the group can assign at once. */
        void close(int number) {
            Partition partition = partitions.get(number);
            partition.committed = partition.position;
            share.closed(tasks.remove(number), clock());
            partition.owner = null;
            partition.freeFromNanos = now + (random.nextBoolean() ? 0 : random.nextLong(2 * SECOND));
        }

        void leave() {
            List.copyOf(tasks.keySet()).forEach(this::close);
        }

        void kill() {
            for (int number : tasks.keySet()) {
                Partition partition = partitions.get(number);
                partition.owner = null;
                partition.freeFromNanos = now + sessionNanos;
            }
        }
    }

    LaneBudgetSimulation(long seed) {
        random = new SplittableRandom(seed);
        limit = 300 + random.nextInt(2000);
        lends = random.nextInt(3) > 0;
        sessionNanos = (6 + random.nextInt(10)) * SECOND;
        commitNanos = random.nextBoolean() ? 15 * SECOND : 300 * MS;
        int count = 1 + random.nextInt(24);
        for (int i = 0; i < count; i++) {
            partitions.add(new Partition());
        }
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            instances.add(new Instance());
        }
    }

    void run() {
        run(240, true);
        calm = true;
        while (instances.size() > 3) {
            instances.remove(instances.size() - 1).leave();
        }
        if (instances.isEmpty()) {
            instances.add(new Instance());
        }
        partitions.forEach(partition -> partition.arrivals = Arrivals.BACKLOG);
        run(40, false);
        double all = rate(30);
        require(all > 0.97 * limit, "a lane with a backlog in all partitions uses " + all + " of " + limit);
        if (lends) {
            useEverythingWithOneOwnersBacklog();
        }
    }

    private void useEverythingWithOneOwnersBacklog() {
        Instance owner = partitions.get(0).owner;
        for (Partition partition : partitions) {
            if (partition.owner != owner) {
                partition.arrivals = Arrivals.NONE;
                partition.position = (long) partition.end;
            }
        }
        run(50, false);
        double some = rate(30);
        require(some > 0.93 * limit, "a lane with one owner's backlog uses " + some + " of " + limit);
    }

    private double rate(int seconds) {
        double before = spent;
        run(seconds, false);
        return (spent - before) / seconds;
    }

    private void run(int seconds, boolean faults) {
        for (long end = now + seconds * SECOND; now < end; ) {
            long step = MS * (1 + random.nextInt(20));
            now += step;
            excess = Math.max(0, excess - limit * step / 1e9);
            for (Partition partition : partitions) {
                partition.end += partition.arrivals.perSecond * (step / 1e9);
            }
            if (faults && random.nextInt(200) == 0) {
                fault();
            }
            assign();
            for (Instance instance : instances) {
                if (now >= instance.frozenUntilNanos) {
                    instance.step();
                }
            }
        }
    }

    private void assign() {
        List<Instance> members = instances.stream()
                .filter(instance -> now >= instance.readyNanos && now >= instance.frozenUntilNanos)
                .toList();
        if (members.isEmpty()) {
            return;
        }
        for (int i = 0; i < partitions.size(); i++) {
            Partition partition = partitions.get(i);
            if (partition.owner == null && now >= partition.freeFromNanos) {
                members.get(random.nextInt(members.size())).open(i);
            }
        }
    }

    private void fault() {
        Instance instance = instances.isEmpty() ? null : instances.get(random.nextInt(instances.size()));
        boolean runs = instance != null && now >= instance.frozenUntilNanos;
        Partition partition = partitions.get(random.nextInt(partitions.size()));
        switch (random.nextInt(9)) {
            case 0, 1, 2 -> partition.arrivals = Arrivals.values()[random.nextInt(Arrivals.values().length)];
            case 3 -> {
                // The rest of the backlog costs nothing, so that the partition becomes idle.
                partition.arrivals = Arrivals.NONE;
                partition.position = (long) partition.end;
            }
            case 4 -> {
                if (partition.owner != null && now >= partition.owner.frozenUntilNanos) {
                    partition.owner.close(partitions.indexOf(partition));
                }
            }
            case 5 -> {
                // The number of partitions may not be known everywhere yet.
                if (instances.size() < MAX_INSTANCES && now - grownNanos > LaneShare.COUNT_INTERVAL.toNanos()) {
                    instances.add(new Instance());
                }
            }
            case 6 -> {
                if (runs) {
                    // For less than half a session timeout; otherwise the freeze watch forbids writes.
                    instance.frozenUntilNanos = now + random.nextLong(sessionNanos / 2);
                }
            }
            case 7 -> {
                if (runs) {
                    instances.remove(instance);
                    if (random.nextBoolean()) {
                        instance.leave();
                    } else {
                        instance.kill();
                    }
                }
            }
            default -> {
                if (random.nextInt(10) == 0) {
                    partitions.add(new Partition());
                    grownNanos = now;
                }
            }
        }
    }

    private void spend(int units) {
        spent += units;
        excess += units;
        double burst = 0.05 * limit + MAX_INSTANCES * (1 + BATCH);
        require(
                excess <= burst,
                "the group has spent " + excess + " units more than allowed, and the burst is " + burst);
    }

    private void require(boolean holdsTrue, String otherwise) {
        if (!holdsTrue) {
            throw new AssertionError("%s (after %d ms, %d instances, %d partitions, lends: %s)"
                    .formatted(otherwise, now / MS, instances.size(), partitions.size(), lends));
        }
    }
}
