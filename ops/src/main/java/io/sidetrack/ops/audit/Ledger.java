package io.sidetrack.ops.audit;

/**
 * The records of the source as digests in flat arrays, about 50 bytes a record, and the position of the copy of each. All
 * records are added first; then each copy takes the first identical record that has no copy yet.
 *
 * <p>Identical records form a ring in the order of the source. The hash table points to a record of the ring whose successor is
 * the first record without a copy, if there is any. Not thread-safe.
 */
final class Ledger {
    static final int NONE = -1;
    /** The position of a copy that has not been found. No copy has it, because topic 0 is the source. */
    static final long NOT_FOUND = 0;

    private static final int MAX_RECORDS = 1 << 29;
    private static final int MAX_EXAMINED = 4096;

    private final long[] identity;
    private final long[] content;
    private final long[] position;
    private final long[] found;
    private final int[] next;
    /** Indexes of records, plus 1; 0 marks a free slot. */
    private final int[] table;

    /** By slot of {@link #table}: how many copies of a record may be found in addition; null while there are none. */
    private int[] more;

    private int size;

    /** @param capacity the maximum number of records */
    Ledger(int capacity) {
        identity = new long[capacity];
        content = new long[capacity];
        position = new long[capacity];
        found = new long[capacity];
        next = new int[capacity];
        table = new int[tableSize(capacity)];
    }

    private static int tableSize(long capacity) {
        return (int) Math.max(8, Long.highestOneBit(capacity + capacity / 2) * 2);
    }

    /** True if a ledger can hold this number of records. */
    static boolean canHold(long records) {
        return records <= MAX_RECORDS;
    }

    /** The heap that a ledger uses, in bytes. */
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
     * @return its index: records are numbered from 0 in the order in which they are added
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

    /** Adds a record that no copy may take. */
    int addAlone(Digest digest, long packed) {
        int index = size++;
        identity[index] = digest.identity();
        content[index] = digest.content();
        position[index] = packed;
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

    /** The index of any record with this digest; {@link #NONE} if there is none. */
    int anyOf(Digest digest) {
        return table[slot(digest)] - 1;
    }

    /**
     * Takes the first record with this digest whose copy has not been found.
     *
     * @param at the position of the copy
     * @return the index of the record; {@link #NONE} if there is none, or if all are taken
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

    /** Permits one more copy of a record, if there is a record with this digest. */
    void permitMore(Digest digest) {
        int slot = slot(digest);
        if (table[slot] != 0) {
            more = more == null ? new int[table.length] : more;
            more[slot]++;
        }
    }

    /** True if one more copy of a record is permitted, which is then used up. */
    boolean takeMore(Digest digest) {
        if (more == null) {
            return false;
        }
        int slot = slot(digest);
        return more[slot] > 0 && more[slot]-- > 0;
    }

    /** Stores the position of the copy of a record that was {@linkplain #addAlone added alone}. */
    void find(int index, long at) {
        found[index] = at;
    }

    long identity(int index) {
        return identity[index];
    }

    long position(int index) {
        return position[index];
    }

    /** The position of the copy of a record; {@link #NOT_FOUND} if it has none. */
    long found(int index) {
        return found[index];
    }

    /**
     * True if there are identical records in other partitions of the source, or with copies on another lane: it is then unknown
     * which copy belongs to which record. Examines only the next few thousand records.
     */
    boolean isSplit(int index) {
        int looked = 0;
        for (int other = next[index]; other != index && looked++ < MAX_EXAMINED; other = next[other]) {
            boolean sameLane = found[other] == NOT_FOUND
                    || found[index] == NOT_FOUND
                    || PackedPosition.topic(found[other]) == PackedPosition.topic(found[index]);
            if (!sameLane || PackedPosition.partition(position[other]) != PackedPosition.partition(position[index])) {
                return true;
            }
        }
        return false;
    }
}
