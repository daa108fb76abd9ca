package io.sidetrack.ops.verify;

import java.util.List;
import java.util.Optional;

/**
 * A key, or a record, whose outcome is not good. Contains no values of other attributes.
 *
 * @param key the key in the table; empty for a record that has none
 * @param at the position of the record that says what the table contains; empty if there is none
 * @param reason why a record is rejected; empty for other outcomes
 * @param differing the attributes that the item in the table has in addition, or with another value
 * @param lacking how many attributes it lacks
 */
record Finding(
        Optional<String> key, Optional<String> at, Optional<String> reason, List<String> differing, int lacking) {
    /** A finding about a key without further details. */
    static Finding of(String key, Optional<String> at) {
        return new Finding(Optional.of(key), at, Optional.empty(), List.of(), 0);
    }

    /** A record that cannot be written. */
    static Finding rejected(String at, String reason) {
        return new Finding(Optional.empty(), Optional.of(at), Optional.of(reason), List.of(), 0);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(key.orElse(""));
        at.ifPresent(position -> text.append(text.isEmpty() ? "" : "; ").append(position));
        reason.ifPresent(why -> text.append(": ").append(why));
        if (!differing.isEmpty()) {
            text.append("; other in the table: ").append(String.join(", ", differing));
        }
        if (lacking > 0) {
            text.append("; attributes that the table lacks: ").append(lacking);
        }
        return text.toString();
    }
}
