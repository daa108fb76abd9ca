package io.sidetrack.bench.endpoint;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Which of the numbered keys were written, in one bit for each, and when each was first. Of the values only the key is
 * looked at. Not thread-safe.
 */
final class Keys {
    private final boolean timed;
    private final BitSet written = new BitSet();
    private int existingBelow;
    private long[] firstEpochMicros = new long[0];
    private long items;
    private long distinct;
    private long calls;

    /** @param timed whether to keep when each key was first written, in 8 bytes for each */
    Keys(boolean timed) {
        this.timed = timed;
    }

    /** Lets keys exist that nobody has written. */
    void existBelow(int number) {
        existingBelow = number;
    }

    boolean has(int number) {
        return number < existingBelow || written.get(number);
    }

    /** A call is answered: its items are durable. */
    void add(Puts puts, long epochMicros) {
        calls++;
        items += puts.count();
        for (int i = 0; i < puts.count(); i++) {
            int number = puts.number(i);
            if (!written.get(number)) {
                written.set(number);
                distinct++;
                if (timed) {
                    keepTime(number, epochMicros);
                }
            }
        }
    }

    private void keepTime(int number, long epochMicros) {
        if (number >= firstEpochMicros.length) {
            firstEpochMicros = Arrays.copyOf(firstEpochMicros, Math.max(1024, number * 2));
        }
        firstEpochMicros[number] = epochMicros;
    }

    /** Items, distinct keys and calls so far, and the time in ns, as one line. */
    String count(long nanos) {
        return items + " " + distinct + " " + calls + " " + nanos;
    }

    /** When each key was first answered, in µs since the epoch, one line a key; for small runs. */
    String times() {
        if (!timed) {
            throw new IllegalStateException("no times are kept");
        }
        StringBuilder lines = new StringBuilder();
        for (int number = written.nextSetBit(0); number >= 0; number = written.nextSetBit(number + 1)) {
            lines.append(number).append(' ').append(firstEpochMicros[number]).append('\n');
        }
        return lines.toString();
    }
}
