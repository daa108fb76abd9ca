package io.sidetrack.common.deadletter;

import java.util.Optional;

/** How much of its record a dead letter carries; each form is accepted where the one before it may not be. */
public enum DeadLetterForm {
    /** Key, value and all headers, as they came. */
    WHOLE,
    /** Key and headers if they are short, and the first bytes of the value. */
    REDUCED,
    /**
     * Where the record is and why it was rejected. The size does not depend on the record. Key and value are never null: a
     * compacted topic rejects a letter without a key, and would delete one without a value.
     */
    MINIMAL;

    /** The next smaller form; empty if there is none. */
    public Optional<DeadLetterForm> smaller() {
        return switch (this) {
            case WHOLE -> Optional.of(REDUCED);
            case REDUCED -> Optional.of(MINIMAL);
            case MINIMAL -> Optional.empty();
        };
    }
}
