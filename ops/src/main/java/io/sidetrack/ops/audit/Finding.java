package io.sidetrack.ops.audit;

import java.util.Locale;
import java.util.Optional;

/**
 * A record that breaks a promise of the router.
 *
 * @param at its position; that of the source record, if the copy is missing
 * @param source its source record, if that is known and {@code at} is not in the source
 * @param other the copy before it, if there is one
 */
record Finding(RecordPosition at, Optional<RecordPosition> source, Optional<RecordPosition> other) {
    /** A way to break the promise. */
    enum Kind {
        MISSING("is in the source, but neither on a lane nor in the dead-letter topic, and is not parked"),
        DUPLICATED("occurs more often than in the source"),
        IN_TWO_PLACES("is on both lanes, or on a lane and in the dead-letter topic or parked"),
        CHANGED("has the key and the original timestamp of a source record, but another value or other headers"),
        UNEXPECTED("is not in the source"),
        OUT_OF_ORDER("follows a record of its key that comes after it in the source"),
        KEY_SPREAD("is in another partition of its lane than earlier records of its key, so their order is undefined");

        private final String meaning;

        Kind(String meaning) {
            this.meaning = meaning;
        }

        /** The end of a sentence that begins with "a record". */
        String meaning() {
            return meaning;
        }

        /** The name in the output. */
        String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    @Override
    public String toString() {
        return at
                + source.map(position -> "; in the source: " + position).orElse("")
                + other.map(position -> "; before it: " + position).orElse("");
    }
}
