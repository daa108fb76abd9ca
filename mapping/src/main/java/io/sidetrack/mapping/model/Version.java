package io.sidetrack.mapping.model;

import io.sidetrack.common.lane.Lane;
import java.math.BigDecimal;
import java.util.Comparator;

/**
 * The version of a record, which orders it among all records of its key. A record has the same version wherever and however
 * often it is read, so that every comparison of two records has the same winner.
 *
 * @param number the time of the record in milliseconds since 1970, or any other number that its producer assigns; at most
 *     38 digits
 * @param tie decides between records with the same number
 */
public record Version(BigDecimal number, long tie) implements Comparable<Version> {
    /** The version of records that are never compared. */
    public static final Version NONE = new Version(BigDecimal.ZERO, 0);

    /**
     * The tie of the backfill lane's first record, which is lower than any tie of the live lane. Of two records with the
     * same number, the live lane's wins; within a lane, the one with the higher offset wins.
     */
    private static final long FIRST_BACKFILL_TIE = Long.MIN_VALUE / 2;

    private static final Comparator<Version> ORDER =
            Comparator.comparing(Version::number).thenComparingLong(Version::tie);

    /** Returns the version of the record at this offset of the lane. */
    public static Version of(BigDecimal number, Lane lane, long offset) {
        return new Version(number, lane == Lane.LIVE ? offset : FIRST_BACKFILL_TIE + offset);
    }

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }
}
