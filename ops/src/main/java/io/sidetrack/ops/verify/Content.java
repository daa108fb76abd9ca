package io.sidetrack.ops.verify;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What an item contains, as a digest of 128 bits. Two items with the same attributes have the same content, in whatever order
 * and spelling they are written. Immutable; the array is never changed.
 *
 * @param high the first half of the digest
 * @param low the second half of the digest
 * @param hints 32 bits of the digest of each attribute, by which the attributes that differ are found
 * @param names the names of the attributes in the order of {@code hints}; empty if they are not known any more
 */
record Content(long high, long low, int[] hints, List<String> names) {
    /** True if the items have the same attributes with the same values. */
    boolean isSameAs(Content other) {
        return high == other.high && low == other.low;
    }

    /** The attributes of this item that another one lacks, or that have another value there. */
    List<String> differingFrom(Content other) {
        List<String> differing = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            if (!contains(other.hints, hints[i])) {
                differing.add(names.get(i));
            }
        }
        return differing;
    }

    /** How many attributes this item has less than another one. */
    int fewerThan(Content other) {
        return Math.max(0, other.hints.length - hints.length);
    }

    private static boolean contains(int[] all, int one) {
        return Arrays.stream(all).anyMatch(other -> other == one);
    }
}
