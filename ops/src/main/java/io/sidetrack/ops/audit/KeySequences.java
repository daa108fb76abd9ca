package io.sidetrack.ops.audit;

/**
 * The last record of each key, in a hash table with 16 bytes for each key and free slots. Keys are represented by their
 * digests. Not thread-safe.
 */
final class KeySequences {
    private static final long INDEX_MASK = 0xFFFF_FFFFL;
    /** The result for the first record of a key. */
    static final long NOTHING = -1;

    /** 0 marks a free slot. */
    private long[] keys = new long[1024];
    /** The partition of a lane in the upper half, the index of a source record in the lower. */
    private long[] last = new long[1024];

    private int size;

    /**
     * Replaces the last record of a key, unless its index is higher than that of the new record.
     *
     * @return the record that was last before, for {@link #partition} and {@link #index}; {@link #NOTHING} if there was none
     */
    long replace(long key, int partition, int index) {
        long used = key == 0 ? 1 : key;
        int slot = slot(keys, used);
        if (keys[slot] == 0) {
            keys[slot] = used;
            last[slot] = (long) partition << Integer.SIZE | index;
            if (++size * 10L > keys.length * 7L) {
                grow();
            }
            return NOTHING;
        }
        long before = last[slot];
        if (index(before) <= index) {
            last[slot] = (long) partition << Integer.SIZE | index;
        }
        return before;
    }

    private static int slot(long[] keys, long key) {
        int mask = keys.length - 1;
        int slot = (int) Digester.mix(key) & mask;
        while (keys[slot] != 0 && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] moreKeys = new long[keys.length * 2];
        long[] moreLast = new long[keys.length * 2];
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] != 0) {
                int slot = slot(moreKeys, keys[i]);
                moreKeys[slot] = keys[i];
                moreLast[slot] = last[i];
            }
        }
        keys = moreKeys;
        last = moreLast;
    }

    static int partition(long last) {
        return (int) (last >>> Integer.SIZE);
    }

    static int index(long last) {
        return (int) (last & INDEX_MASK);
    }
}
