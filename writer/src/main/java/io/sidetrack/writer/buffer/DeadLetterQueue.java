package io.sidetrack.writer.buffer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The dead letters that the dead-letter topic has not acknowledged.
 *
 * <pre>
 *         add              take             acknowledged
 *  (none) ----> UNSENT ---------> SENT ----------------------> (none)
 *                 ^ |               |
 *                 | | forget        | failed
 *      delay ends | v               v
 *                 | (none)       DELAYED ----forget----> (none)
 *                 +-----------------+
 * </pre>
 *
 * If the partition of a dead letter in SENT is lost, the dead letter stays until it is acknowledged or failed. Not
 * thread-safe.
 */
final class DeadLetterQueue {
    private final long retryNanos;
    private final Deque<DeadLetter> unsent = new ArrayDeque<>();
    /** Sent, and neither acknowledged nor failed yet. By identity: the same record may have been received twice. */
    private final Set<DeadLetter> sent = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Sent before their partition was lost: they are not sent again after a failure. */
    private final Set<DeadLetter> lost = Collections.newSetFromMap(new IdentityHashMap<>());
    /** In the order in which their delays end, because all delays are equally long. */
    private final Deque<Delayed> delayed = new ArrayDeque<>();

    private record Delayed(DeadLetter deadLetter, long untilNanos) {}

    /** @param retryNanos the delay after a failed attempt */
    DeadLetterQueue(long retryNanos) {
        this.retryNanos = retryNanos;
    }

    void add(DeadLetter deadLetter) {
        unsent.addLast(deadLetter);
    }

    /** Returns the dead letters to send now. Each must be reported acknowledged or failed, exactly once. */
    List<DeadLetter> take(long nowNanos) {
        while (!delayed.isEmpty() && delayed.peekFirst().untilNanos <= nowNanos) {
            unsent.addLast(delayed.removeFirst().deadLetter);
        }
        if (unsent.isEmpty()) {
            return List.of();
        }
        List<DeadLetter> taken = List.copyOf(unsent);
        unsent.clear();
        sent.addAll(taken);
        return taken;
    }

    /**
     * Removes a dead letter that was acknowledged.
     *
     * @throws IllegalStateException if it is not in SENT
     */
    void acknowledged(DeadLetter deadLetter) {
        requireSent(deadLetter);
        lost.remove(deadLetter);
    }

    /**
     * Delays a dead letter that was not acknowledged.
     *
     * @return whether it will be sent again; if not, its partition was lost, and it was removed
     * @throws IllegalStateException if it is not in SENT
     */
    boolean failed(DeadLetter deadLetter, long nowNanos) {
        requireSent(deadLetter);
        if (lost.remove(deadLetter)) {
            return false;
        }
        delayed.addLast(new Delayed(deadLetter, nowNanos + retryNanos));
        return true;
    }

    private void requireSent(DeadLetter deadLetter) {
        if (!sent.remove(deadLetter)) {
            throw new IllegalStateException("this dead letter has not been sent, or has been completed");
        }
    }

    /** Drops the dead letters of a partition that are not in SENT. @return the dropped dead letters */
    List<DeadLetter> forget(String topic, int partition) {
        List<DeadLetter> forgotten = new ArrayList<>();
        unsent.removeIf(deadLetter -> isFrom(deadLetter, topic, partition) && forgotten.add(deadLetter));
        delayed.removeIf(some -> isFrom(some.deadLetter, topic, partition) && forgotten.add(some.deadLetter));
        for (DeadLetter deadLetter : sent) {
            if (isFrom(deadLetter, topic, partition)) {
                lost.add(deadLetter);
            }
        }
        return forgotten;
    }

    /** Passes all dead letters to a consumer. */
    void forEach(Consumer<DeadLetter> to) {
        unsent.forEach(to);
        sent.forEach(to);
        delayed.forEach(some -> to.accept(some.deadLetter));
    }

    private static boolean isFrom(DeadLetter deadLetter, String topic, int partition) {
        return deadLetter.source().isFrom(topic, partition);
    }

    int size() {
        return unsent.size() + sent.size() + delayed.size();
    }

    /** Returns how many are in SENT. */
    int sent() {
        return sent.size();
    }

    /** When the next delay ends; {@link Long#MAX_VALUE} if there is none. */
    long nextDueNanos() {
        return delayed.isEmpty() ? Long.MAX_VALUE : delayed.peekFirst().untilNanos;
    }

    /** When the oldest of their records was received; the given time if there is none. */
    long oldestSince(long nowNanos) {
        long oldest = oldest(unsent, nowNanos);
        oldest = oldest(sent, oldest);
        for (Delayed some : delayed) {
            oldest = Math.min(oldest, some.deadLetter.sinceNanos());
        }
        return oldest;
    }

    private static long oldest(Collection<DeadLetter> deadLetters, long nanos) {
        long oldest = nanos;
        for (DeadLetter deadLetter : deadLetters) {
            oldest = Math.min(oldest, deadLetter.sinceNanos());
        }
        return oldest;
    }
}
