package io.sidetrack.ops.cluster;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/** A set of offsets that uses about one bit per offset where they are dense. Not thread-safe. */
public final class OffsetSet {
    private static final int BITS = 16;
    private static final int MASK = (1 << BITS) - 1;

    /** The lower bits of offsets, by their upper bits. */
    private final Map<Long, BitSet> chunks = new HashMap<>();

    /** Adds an offset. */
    public void add(long offset) {
        chunks.computeIfAbsent(offset >>> BITS, none -> new BitSet()).set((int) (offset & MASK));
    }

    /** True if the set contains an offset. */
    public boolean contains(long offset) {
        BitSet chunk = chunks.get(offset >>> BITS);
        return chunk != null && chunk.get((int) (offset & MASK));
    }
}
