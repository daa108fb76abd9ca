package io.sidetrack.ops.audit;

/**
 * The source's records as digests in flat arrays, about 50 bytes a record, and where each was found. First all are added, then
 * copies are taken: identical records are interchangeable, so a copy takes the first of them that has none yet.
 *
 * <p>Identical records form a ring in the order of the source. The hash table points at one of the ring; the next of it is the
 * first that has no copy, if any has none. Not thread-safe.
 */
final class Ledger {
    static final int NONE = -1;
    /** Of a record whose copy has not been found. No copy is at this place: topic 0 is the source. */
    static final long NOT_FOUND = 0;

    private static final int MAX_RECORDS = 1 << 29;
    private static final int MAX_LOOKED_AT = 4096;

    private final long[] identity;
    private final long[] content;
    private final long[] place;
    private final long[] found;
    private final int[] next;
    /** Indexes of records, plus 1; 0 is free. */
    private final int[] table;

    private int size;

    /** @param capacity how many records can be added, at most */
    Ledger(int capacity) {
        identity = new long[capacity];
        content = new long[capacity];
        place = new long[capacity];
        found = new long[capacity];
        next = new int[capacity];
        table = new int[tableSize(capacity)];
    }

    private static int tableSize(long capacity) {
        return (int) Math.max(8, Long.highestOneBit(capacity + capacity / 2) * 2);
    }

    /** Whether so many records can be held at all. */
    static boolean canHold(long records) {
        return records <= MAX_RECORDS;
    }

    /** The heap that a ledger takes. */
    static long bytes(long capacity) {
        return capacity * (4 * Long.BYTES + Integer.BYTES) + (long) tableSize(capacity) * Integer.BYTES;
    }

    int size() {
        return size;
    }

    /**
     * Adds a record of the source.
     *
     * @param packed its {@link PackedPosition}
     * @return its index: records are counted from 0 in the order in which they are added
     */
    int add(Digest digest, long packed) {
        int index = addAlone(digest, packed);
        int slot = slot(digest);
        if (table[slot] == 0) {
            next[index] = index;
        } else {
            int last = table[slot] - 1;
            next[index] = next[last];
            next[last] = index;
        }
        table[slot] = index + 1;
        return index;
    }

    /** As {@link #add}, for a record that no copy shall take. */
    int addAlone(Digest digest, long packed) {
        int index = size++;
        identity[index] = digest.identity();
        content[index] = digest.content();
        place[index] = packed;
        next[index] = index;
        return index;
    }

    private int slot(Digest digest) {
        int mask = table.length - 1;
        int slot = (int) Digester.mix(digest.identity() ^ digest.content()) & mask;
        while (table[slot] != 0 && !isOf(table[slot] - 1, digest)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private boolean isOf(int index, Digest digest) {
        return content[index] == digest.content() && identity[index] == digest.identity();
    }

    /** The index of a record with this digest; {@link #NONE} if the source has none. */
    int anyOf(Digest digest) {
        return table[slot(digest)] - 1;
    }

    /**
     * Takes the first record with this digest whose copy has not been found.
     *
     * @param at where its copy is
     * @return its index; {@link #NONE} if there is none, or if all have been taken
     */
    int take(Digest digest, long at) {
        int slot = slot(digest);
        if (table[slot] == 0) {
            return NONE;
        }
        int first = next[table[slot] - 1];
        if (found[first] != NOT_FOUND) {
            return NONE;
        }
        found[first] = at;
        table[slot] = first + 1;
        return first;
    }

    /** Notes where the copy of a record is that was {@linkplain #addAlone added alone}. */
    void find(int index, long at) {
        found[index] = at;
    }

    long identity(int index) {
        return identity[index];
    }

    long place(int index) {
        return place[index];
    }

    /** Where the copy of a record is; {@link #NOT_FOUND} if nowhere. */
    long found(int index) {
        return found[index];
    }

    /**
     * Whether a record has identical ones in other partitions of the source, or identical ones whose copies are on another lane:
     * it is not known then which copy is whose. Looks at the next few thousand only.
     */
    boolean isSplit(int index) {
        int looked = 0;
        for (int other = next[index]; other != index && looked++ < MAX_LOOKED_AT; other = next[other]) {
            boolean sameLane = found[other] == NOT_FOUND
                    || found[index] == NOT_FOUND
                    || PackedPosition.topic(found[other]) == PackedPosition.topic(found[index]);
            if (!sameLane || PackedPosition.partition(place[other]) != PackedPosition.partition(place[index])) {
                return true;
            }
        }
        return false;
    }
}
