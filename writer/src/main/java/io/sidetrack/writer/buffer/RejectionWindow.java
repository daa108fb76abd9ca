package io.sidetrack.writer.buffer;

import java.util.BitSet;

/**
 * Whether most of the last records were rejected: then it is not single records that are bad but the topic, the table or
 * the settings, and a dead-letter topic is no place for all of them. Pure, and not thread-safe.
 */
final class RejectionWindow {
    static final int SIZE = 1000;

    private final int most;
    private final BitSet rejected = new BitSet(SIZE);
    private int next;
    private int count;

    /** @param mostPercent of a window of {@value #SIZE} records; 100 for any number */
    RejectionWindow(int mostPercent) {
        this.most = SIZE * mostPercent / 100;
    }

    void add(boolean isRejected) {
        count += (isRejected ? 1 : 0) - (rejected.get(next) ? 1 : 0);
        rejected.set(next, isRejected);
        next = (next + 1) % SIZE;
    }

    /** Whether more than the allowed share of the last records was rejected; it stays so only while that is true. */
    boolean isExceeded() {
        return count > most;
    }
}
