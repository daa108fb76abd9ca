package io.sidetrack.ops.deadletter;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** A set of offsets that uses about one bit per offset where they are dense. Not thread-safe. */
final class OffsetSet {
    private static final int BITS = 16;
    private static final int MASK = (1 << BITS) - 1;

    /** The lower bits of offsets, by their upper bits. */
    private final Map<Long, BitSet> chunks = new HashMap<>();

    void add(long offset) {
        chunks.computeIfAbsent(offset >>> BITS, none -> new BitSet()).set((int) (offset & MASK));
    }

    boolean contains(long offset) {
        BitSet chunk = chunks.get(offset >>> BITS);
        return chunk != null && chunk.get((int) (offset & MASK));
    }
}
