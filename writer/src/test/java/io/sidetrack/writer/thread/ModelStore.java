package io.sidetrack.writer.thread;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.Precedence;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The model of the table's items. Applies the condition of the write mode to each write, as DynamoDB does. */
final class ModelStore {
    /** The state of a key: the record that was written last, or null after a delete. */
    record Item(ModelLane lane, ModelLane.Entry entry, boolean deleted) {}

    final Map<ItemKey, Item> items = new HashMap<>();
    /** By lane and key: the epoch of the last write, and its record. */
    private final Map<String, long[]> lastWrite = new HashMap<>();
    /** The first put of a lane by key, which keep-existing protects. */
    final Set<ItemKey> everPut = new HashSet<>();

    /** @param epoch the epoch of the partition's owner that has sent the write */
    Outcome apply(ModelLane lane, Write write, int epoch) {
        ModelLane.Entry entry = lane.entry(write.source());
        Item there = items.get(entry.key());
        switch (lane.precedence) {
            case LAST -> checkOrder(lane, entry, epoch);
            case FIRST -> {
                if (write.kind() == Write.Kind.DELETE) {
                    return new Outcome.Stale(0);
                }
                if (there != null && !there.deleted) {
                    return new Outcome.Stale(write.writeUnits());
                }
            }
            case HIGHEST -> {
                if (there != null && version(there).compareTo(entry.version()) > 0) {
                    return new Outcome.Stale(write.writeUnits());
                }
            }
        }
        items.put(entry.key(), new Item(lane, entry, write.kind() == Write.Kind.DELETE));
        if (write.kind() == Write.Kind.PUT) {
            everPut.add(entry.key());
        }
        return new Outcome.Written();
    }

    private static Version version(Item item) {
        return item.entry.version();
    }

    /** W2: the writes of a partition's owner to a key are in order, and no write of an earlier owner follows them. */
    private void checkOrder(ModelLane lane, ModelLane.Entry entry, int epoch) {
        long[] last = lastWrite.computeIfAbsent(lane.name + '/' + entry.key().partition(), key -> new long[] {-1, -1});
        if (last[0] > epoch || (last[0] == epoch && last[1] > entry.number())) {
            throw new AssertionError("W2: record %d of owner %d is written over record %d of owner %d of key %s"
                    .formatted(entry.number(), epoch, last[1], last[0], entry.key()));
        }
        last[0] = epoch;
        last[1] = entry.number();
    }

    /** Whether a committed record is durable: itself, or a write that takes precedence. */
    boolean isDurable(ModelLane lane, ModelLane.Entry entry) {
        if (lane.deadLettered.contains(entry.number())) {
            return true;
        }
        ModelLane.Treatment treatment = lane.treatments.getOrDefault(entry.number(), ModelLane.Treatment.WRITE);
        if (treatment != ModelLane.Treatment.WRITE) {
            return treatment == ModelLane.Treatment.DISCARD || lane.isParked(entry);
        }
        if (entry.kind() == ModelLane.Kind.BAD || entry.kind() == ModelLane.Kind.BAD_AND_HUGE) {
            return false;
        }
        if (lane.poisoned.contains(entry.key())) {
            // A newer record that the table refused may have superseded it.
            return true;
        }
        Item there = items.get(entry.key());
        return switch (lane.precedence) {
            case LAST -> there != null && there.entry.number() >= entry.number();
            case FIRST -> entry.kind() == ModelLane.Kind.DELETE || there != null;
            case HIGHEST -> there != null && version(there).compareTo(entry.version()) >= 0;
        };
    }

    static boolean isGuarded(Precedence precedence) {
        return precedence != Precedence.LAST;
    }
}
