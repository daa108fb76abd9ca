package io.sidetrack.ops.audit;

/**
 * For each key, the record of it that came last, in 16 bytes and the free places of a hash table. Keys are given by their
 * digests. Not thread-safe.
 */
final class KeySequences {
    private static final long INDEX_MASK = 0xFFFF_FFFFL;
    /** What came first, so there is nothing before it. */
    static final long NOTHING = -1;

    /** 0 is free. */
    private long[] keys = new long[1024];
    /** A lane's partition in the upper half, the index of a record in the lower. */
    private long[] last = new long[1024];

    private int size;

    /**
     * What came last of a key, as {@link #partition} and {@link #index} read it; {@link #NOTHING} if this is the first. From now
     * on that is the record given, unless the last has a higher index.
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
