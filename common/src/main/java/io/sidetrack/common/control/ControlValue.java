package io.sidetrack.common.control;

import java.util.Optional;

/**
 * The content of the control topic for one key.
 *
 * @param value the newest valid value; empty if there is none, or if it was removed
 * @param rejected the position of the key's last record, if that record is invalid
 * @param <T> the type of the value
 */
public record ControlValue<T>(Optional<T> value, Optional<String> rejected) {
    /** True if the key has no record, valid or invalid. */
    public boolean isEmpty() {
        return value.isEmpty() && rejected.isEmpty();
    }
}
