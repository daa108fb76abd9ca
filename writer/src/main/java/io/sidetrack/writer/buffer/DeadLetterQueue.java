package io.sidetrack.writer.buffer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;

/**
 * Dead letters that the dead-letter topic has not acknowledged.
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
 * A dead letter that was sent stays held when its partition is lost, until the topic has answered. Not thread-safe.
 */
final class DeadLetterQueue {
    private final long retryNanos;
    private final Deque<DeadLetter> unsent = new ArrayDeque<>();
    /** Sent and not answered. By identity: the same record may have been taken in twice. */
    private final Set<DeadLetter> sent = Collections.newSetFromMap(new IdentityHashMap<>());
    /** Sent before their partition was lost: a failure ends them. */
    private final Set<DeadLetter> disowned = Collections.newSetFromMap(new IdentityHashMap<>());
    /** In the order of their times, because all delays are equally long. */
    private final Deque<Delayed> delayed = new ArrayDeque<>();

    private record Delayed(DeadLetter deadLetter, long untilNanos) {}

    /** @param retryNanos how long a dead letter waits after a failed attempt */
    DeadLetterQueue(long retryNanos) {
        this.retryNanos = retryNanos;
    }

    void add(DeadLetter deadLetter) {
        unsent.addLast(deadLetter);
    }

    /** Those to send now; each must be reported acknowledged or failed, once. */
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

    /** @throws IllegalStateException if it is not on its way */
    void acknowledged(DeadLetter deadLetter) {
        requireSent(deadLetter);
        disowned.remove(deadLetter);
    }

    /**
     * Keeps a dead letter that was not accepted.
     *
     * @return whether it will be sent again; if not, its partition was lost and it is no longer held
     * @throws IllegalStateException if it is not on its way
     */
    boolean failed(DeadLetter deadLetter, long nowNanos) {
        requireSent(deadLetter);
        if (disowned.remove(deadLetter)) {
            return false;
        }
        delayed.addLast(new Delayed(deadLetter, nowNanos + retryNanos));
        return true;
    }

    private void requireSent(DeadLetter deadLetter) {
        if (!sent.remove(deadLetter)) {
            throw new IllegalStateException("this dead letter is not on its way");
        }
    }

    /** Drops the unsent dead letters of a partition. @return what that was */
    List<DeadLetter> forget(String topic, int partition) {
        List<DeadLetter> forgotten = new ArrayList<>();
        unsent.removeIf(deadLetter -> isFrom(deadLetter, topic, partition) && forgotten.add(deadLetter));
        delayed.removeIf(some -> isFrom(some.deadLetter, topic, partition) && forgotten.add(some.deadLetter));
        for (DeadLetter deadLetter : sent) {
            if (isFrom(deadLetter, topic, partition)) {
                disowned.add(deadLetter);
            }
        }
        return forgotten;
    }

    private static boolean isFrom(DeadLetter deadLetter, String topic, int partition) {
        return deadLetter.source().isFrom(topic, partition);
    }

    int size() {
        return unsent.size() + sent.size() + delayed.size();
    }

    /** How many are on their way. */
    int sent() {
        return sent.size();
    }

    /** When the next delay ends; {@link Long#MAX_VALUE} for never. */
    long nextDueNanos() {
        return delayed.isEmpty() ? Long.MAX_VALUE : delayed.peekFirst().untilNanos;
    }

    /** When the oldest of their records was taken in; the given time if there is none. */
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
