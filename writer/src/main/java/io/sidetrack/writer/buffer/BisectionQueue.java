package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/**
 * The parts of batches that are sent by themselves: those of refused batches, until the item at fault is alone, and writes
 * that were not processed, to learn why. Not thread-safe.
 */
final class BisectionQueue {
    private final PriorityQueue<Part> parts = new PriorityQueue<>(Comparator.comparingLong(Part::untilNanos));

    /**
     * A part of a batch.
     *
     * @param writes one or more, whose keys are busy
     * @param failures failed attempts of this part
     * @param untilNanos the time before which the part must not be sent
     */
    record Part(List<Write> writes, int failures, long untilNanos) {}

    void add(List<Write> writes, int failures, long untilNanos) {
        if (!writes.isEmpty()) {
            parts.add(new Part(writes, failures, untilNanos));
        }
    }

    boolean isDue(long nowNanos) {
        return !parts.isEmpty() && parts.peek().untilNanos <= nowNanos;
    }

    Part take() {
        return parts.remove();
    }

    /** When the next part may be sent; {@link Long#MAX_VALUE} if there is none. */
    long nextDue() {
        return parts.isEmpty() ? Long.MAX_VALUE : parts.peek().untilNanos;
    }

    /** Passes all writes to a consumer. */
    void forEach(Consumer<Write> to) {
        parts.forEach(part -> part.writes.forEach(to));
    }

    /** Drops the writes of a partition. @return the dropped writes */
    List<Write> forget(String topic, int partition) {
        List<Write> forgotten = new ArrayList<>();
        List<Part> all = List.copyOf(parts);
        parts.clear();
        for (Part part : all) {
            List<Write> kept = new ArrayList<>(part.writes.size());
            for (Write write : part.writes) {
                (write.source().isFrom(topic, partition) ? forgotten : kept).add(write);
            }
            add(kept, part.failures, part.untilNanos);
        }
        return forgotten;
    }
}
