package io.sidetrack.writer.model;

import java.math.BigDecimal;

/**
 * What makes two writes the same item. The parts are never joined into one text, so that ("a", "bc") and ("ab", "c")
 * differ, and numbers are in one form, so that {@code 1} and {@code 1.0} do not.
 *
 * @param partition the partition key's value in its canonical form
 * @param sort the sort key's value in its canonical form; empty in a table without one (no legal sort key is empty)
 */
public record ItemKey(String partition, String sort) {
    /** The canonical form of a number: one text for all its spellings. */
    public static String canonical(BigDecimal number) {
        return number.signum() == 0 ? "0" : number.stripTrailingZeros().toString();
    }
}
