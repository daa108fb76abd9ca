package io.sidetrack.common.control;

import java.util.Optional;

/**
 * What the control topic holds for one key.
 *
 * @param value the newest valid one; empty if there is none, or if it was removed
 * @param rejected where the last record of the key is, if it is not valid
 * @param <T> the type of the value
 */
public record ControlValue<T>(Optional<T> value, Optional<String> rejected) {
    /** Whether the key has neither a valid record nor one that is not. */
    public boolean isEmpty() {
        return value.isEmpty() && rejected.isEmpty();
    }
}
