package io.sidetrack.ops.verify;

import java.util.Locale;

/** The result for one key, from the best to the worst. */
enum Outcome {
    EQUAL(true, "the table has what the records say"),
    NEWER(true, "the table has a newer version"),
    KEPT(true, "the table has another item, which the mode keep-existing keeps"),
    PENDING(false, "the writer has not committed all records of the key yet"),
    OLDER(false, "the table has an older version"),
    STALE_MARKER(false, "the table has the marker of an older delete"),
    DIFFERENT(false, "the table has another item, and no version that shows which of the two is newer"),
    PRESENT_ALTHOUGH_DELETED(false, "the table has an item that the last record deletes"),
    MISSING(false, "the table has nothing"),
    EXTRA(false, "the table has an item that no record accounts for"),
    REJECTED(false, "a record that cannot be written, without a dead letter");

    private final boolean good;
    private final String meaning;

    Outcome(boolean good, String meaning) {
        this.good = good;
        this.meaning = meaning;
    }

    /** False if it is a finding. */
    boolean isGood() {
        return good;
    }

    /** A clause for people. */
    String meaning() {
        return meaning;
    }

    /** The name in the output. */
    String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
