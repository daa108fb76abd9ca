package io.sidetrack.writer.model;

import io.sidetrack.common.lane.Lane;
import java.math.BigDecimal;
import java.util.Comparator;

/**
 * How new a record is, against all others of its key. The same record has the same version wherever it is read and however
 * often, so that whoever compares two of them comes to the same winner.
 *
 * @param number when it was made in ms since 1970, or whatever else its producer counts by; 38 digits at most
 * @param tie decides between records of the same number
 */
public record Version(BigDecimal number, long tie) implements Comparable<Version> {
    /** Of a record that nobody compares. */
    public static final Version NONE = new Version(BigDecimal.ZERO, 0);

    /**
     * Below any offset of a live lane. Of two records with the same number the live lane's wins, and within a lane the one
     * with the higher offset.
     */
    private static final long BACKFILL = Long.MIN_VALUE / 2;

    private static final Comparator<Version> ORDER =
            Comparator.comparing(Version::number).thenComparingLong(Version::tie);

    /** The version of a lane's record. */
    public static Version of(BigDecimal number, Lane lane, long offset) {
        return new Version(number, lane == Lane.LIVE ? offset : BACKFILL + offset);
    }

    @Override
    public int compareTo(Version other) {
        return ORDER.compare(this, other);
    }
}
