package io.sidetrack.bench.endpoint;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The set of numbered keys that were written, in one bit for each, and optionally the times of their first writes. The other
 * fields of an item are ignored. Not thread-safe.
 */
final class Keys {
    private final boolean timed;
    private final BitSet written = new BitSet();
    private Existing existing = Existing.NONE;
    private long[] firstEpochMicros = new long[0];
    private long items;
    private long distinct;
    private long calls;

    /** @param timed true to keep the time of each key's first write, in 8 bytes for each */
    Keys(boolean timed) {
        this.timed = timed;
    }

    /** Makes items exist without a write. */
    void exist(Existing items) {
        existing = items;
    }

    /** The items that exist from the start, whether or not they have been replaced since. */
    Existing existing() {
        return existing;
    }

    boolean has(int number) {
        return existing.has(number) || written.get(number);
    }

    boolean isWritten(int number) {
        return written.get(number);
    }

    /** Adds the items of an acknowledged call. */
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

    /** The numbers of items, distinct keys and calls so far, and the time in ns, in one line. */
    String count(long nanos) {
        return items + " " + distinct + " " + calls + " " + nanos;
    }

    /** The time of each key's first acknowledged write, in µs since the epoch, one key per line; for small runs. */
    String times() {
        if (!timed) {
            throw new IllegalStateException("times are not recorded");
        }
        StringBuilder lines = new StringBuilder();
        for (int number = written.nextSetBit(0); number >= 0; number = written.nextSetBit(number + 1)) {
            lines.append(number).append(' ').append(firstEpochMicros[number]).append('\n');
        }
        return lines.toString();
    }
}
