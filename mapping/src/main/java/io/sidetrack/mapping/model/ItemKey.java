package io.sidetrack.mapping.model;

import java.math.BigDecimal;

/**
 * The identity of an item: two writes with equal keys are for the same item. The parts are never joined into one text, so
 * that ("a", "bc") and ("ab", "c") differ. Numbers are in canonical form, so that {@code 1} and {@code 1.0} are equal.
 *
 * @param partition the partition key's value in its canonical form
 * @param sort the sort key's value in its canonical form; empty if the table has no sort key (no legal sort key is empty)
 */
public record ItemKey(String partition, String sort) {
    /** Returns the canonical form of a number: one text for all its spellings. */
    public static String canonical(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toString();
    }
}
