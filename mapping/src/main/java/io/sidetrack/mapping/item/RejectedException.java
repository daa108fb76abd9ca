package io.sidetrack.mapping.item;

import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Rejection;

/** Thrown within this package if a record is rejected; {@link ItemMapper} turns it into a result. */
final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Rejection rejection;

    RejectedException(Reason reason, String message) {
        // No stack trace: millions of records may be rejected.
        super(message, null, false, false);
        this.rejection = new Rejection(reason, message);
    }

    Rejection rejection() {
        return rejection;
    }
}
