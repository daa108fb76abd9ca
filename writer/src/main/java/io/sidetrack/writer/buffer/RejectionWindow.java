package io.sidetrack.writer.buffer;

import java.util.BitSet;

/**
 * Detects that too many of the last records were rejected. In this case the cause is not single records but the topic, the
 * table or the settings, and the records must not all end up in the dead-letter topic. Pure, and not thread-safe.
 */
final class RejectionWindow {
    static final int SIZE = 1000;

    private final int max;
    private final BitSet rejected = new BitSet(SIZE);
    private int next;
    private int count;

    /** @param maxPercent the share of a window of {@value #SIZE} records that may be rejected; 100 for no limit */
    RejectionWindow(int maxPercent) {
        this.max = SIZE * maxPercent / 100;
    }

    void add(boolean isRejected) {
        count += (isRejected ? 1 : 0) - (rejected.get(next) ? 1 : 0);
        rejected.set(next, isRejected);
        next = (next + 1) % SIZE;
    }

    /** Whether more than the allowed share of the last records was rejected. */
    boolean isExceeded() {
        return count > max;
    }
}
