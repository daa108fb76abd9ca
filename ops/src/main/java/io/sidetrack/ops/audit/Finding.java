package io.sidetrack.ops.audit;

import java.util.Locale;
import java.util.Optional;

/**
 * One record that is not as it should be.
 *
 * @param at where it is; where it was, if it is missing
 * @param source the record of the source that it is a copy of, if one is known and {@code at} is not in the source
 * @param other the copy that came before, if there is one
 */
record Finding(RecordPosition at, Optional<RecordPosition> source, Optional<RecordPosition> other) {
    /** What is wrong with a record. */
    enum Kind {
        MISSING("is in the source, but on no lane and not in the dead-letter topic"),
        DUPLICATED("is there more often than in the source"),
        IN_TWO_PLACES("is on both lanes, or on a lane and in the dead-letter topic"),
        CHANGED("has the key and the original timestamp of a record of the source, but another value or other headers"),
        UNEXPECTED("is not in the source"),
        OUT_OF_ORDER("comes after a record of its key that is behind it in the source"),
        KEY_SPREAD("is on another partition of its lane than records of its key before it, and so has no order");

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        /** As it stands in a message: "a record …". */
        String meaning() {
            return meaning;
        }

        /** As it stands in the output. */
        String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Override
    public String toString() {
        return at
                + source.map(place -> "; in the source: " + place).orElse("")
                + other.map(place -> "; before it: " + place).orElse("");
    }
}
