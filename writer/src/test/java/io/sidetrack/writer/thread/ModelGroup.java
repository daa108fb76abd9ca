package io.sidetrack.writer.thread;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The model of a consumer group, in which a partition has one owner, or temporarily none. */
final class ModelGroup {
    private static final long MS = ModelTable.MS;

    final ModelLane lane;
    private final ModelStore store;
    final List<ModelClient> clients = new ArrayList<>();
    private final ModelThread[] owners;
    private final boolean[] free;
    private final ModelThread[] lostBy;
    private final VirtualTime time;
    private final SplittableRandom random;
    private final long sessionNanos;

    ModelGroup(ModelLane lane, ModelStore store, VirtualTime time, SplittableRandom random, long sessionNanos) {
        this.lane = lane;
        this.store = store;
        this.time = time;
        this.random = random;
        this.sessionNanos = sessionNanos;
        this.owners = new ModelThread[lane.committed.length];
        this.lostBy = new ModelThread[lane.committed.length];
        this.free = new boolean[lane.committed.length];
        Arrays.fill(free, true);
        time.after(0, null, this::coordinate);
    }

    /** Assigns free partitions to members, and revokes those of members without heartbeats. */
    private void coordinate() {
        for (int p = 0; p < owners.length; p++) {
            ModelThread owner = owners[p];
            if (owner != null && owner.client.isSilentFor(sessionNanos)) {
                owner.lost = true;
                lostBy[p] = owner;
                owner.toAssign.remove(p);
                owners[p] = null;
                free[p] = true;
            }
            if (free[p]) {
                List<ModelThread> members = members(lostBy[p]);
                if (!members.isEmpty()) {
                    ModelThread member = members.get(random.nextInt(members.size()));
                    take(p, member);
                    member.toAssign.add(p);
                }
            }
        }
        time.after(250 * MS, null, this::coordinate);
    }

    /**
     * The members to which a partition can be assigned.
     *
     * @param lostBy the removed owner; until it has noticed the loss, the partition is not assigned to another thread of its
     *     process, because the writer does not fence two members of one process
     */
    private List<ModelThread> members(ModelThread lostBy) {
        List<ModelThread> members = new ArrayList<>();
        for (ModelClient client : clients) {
            boolean unnoticed = lostBy != null && lostBy.client == client && lostBy.lost && !lostBy.dead;
            if (!unnoticed && !client.isKilled() && !client.isStopping() && !client.isFrozen()) {
                client.threads.stream()
                        .filter(thread -> !thread.dead && !thread.lost)
                        .forEach(members::add);
            }
        }
        return members;
    }

    private void take(int partition, ModelThread thread) {
        owners[partition] = thread;
        free[partition] = false;
    }

    /** Frees a partition whose owner has closed its task. */
    void free(int partition, ModelThread thread) {
        if (owners[partition] == thread) {
            free[partition] = true;
        }
    }

    boolean owns(int partition, ModelThread thread) {
        return owners[partition] == thread;
    }

    /** Whether a thread of a process has a partition, or has had it last. */
    boolean isOwnedBy(ModelClient client, int partition) {
        return owners[partition] != null && owners[partition].client == client;
    }

    /** W1: committed records are durable. */
    void committed(int partition, int offset) {
        for (ModelLane.Entry entry :
                lane.partitions.get(partition).subList(Math.min(offset, lane.committed[partition]), offset)) {
            if (!store.isDurable(lane, entry)) {
                throw new AssertionError("W1: %s is committed, and the table has %s (%s)"
                        .formatted(entry, store.items.get(entry.key()), lane.precedence));
            }
        }
        lane.committed[partition] = offset;
    }

    /**
     * A record that is parked behind a newer one is a repetition: everything before the newer one was durable by then, or was
     * superseded by a write that is behind it.
     */
    void checkOlder(ModelLane.Entry parkedNow, int partition) {
        for (ModelLane.Entry older : lane.partitions.get(partition)) {
            if (older.number() == parkedNow.number()) {
                return;
            }
            if (older.named()
                    && older.kind() != ModelLane.Kind.BAD_AND_HUGE
                    && !store.isDurable(lane, older)
                    && !isSupersededBehind(older, parkedNow, partition)) {
                throw new AssertionError("%s is parked, and %s is not durable".formatted(parkedNow, older));
            }
        }
    }

    private boolean isSupersededBehind(ModelLane.Entry older, ModelLane.Entry parkedNow, int partition) {
        return lane.partitions.get(partition).stream()
                .anyMatch(newer -> newer.number() > parkedNow.number()
                        && newer.key().equals(older.key())
                        && lane.treatments.get(newer.number()) == ModelLane.Treatment.WRITE);
    }

    /** Moves a partition to another owner. */
    void rebalance() {
        int p = random.nextInt(owners.length);
        if (owners[p] != null) {
            owners[p].toRevoke.add(p);
        }
    }

    /** Removes a running member. */
    void remove() {
        ModelThread owner = owners[random.nextInt(owners.length)];
        if (owner != null && !owner.dead) {
            owner.lost = true;
        }
    }
}
