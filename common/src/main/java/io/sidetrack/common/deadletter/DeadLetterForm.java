package io.sidetrack.common.deadletter;

import java.util.Optional;

/** How much of its record a dead letter carries. Each form is smaller than the one before it. */
public enum DeadLetterForm {
    /** Key, value and all headers, unchanged. */
    WHOLE,
    /** The first bytes of the value, and key and headers if they are short. */
    REDUCED,
    /**
     * Only the record's position and the reason. The size does not depend on the record. Key and value are never null: a compacted
     * topic rejects a record without a key, and would delete one without a value.
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
