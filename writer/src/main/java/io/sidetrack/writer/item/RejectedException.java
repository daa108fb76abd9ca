package io.sidetrack.writer.item;

import io.sidetrack.writer.model.Reason;
import io.sidetrack.writer.model.Rejection;

/** Leaves the depths of an encoder with a rejection; never leaves this package. */
final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Rejection rejection;

    RejectedException(Reason reason, String message) {
        // Bad input may come by the million: no stack trace.
        super(message, null, false, false);
        this.rejection = new Rejection(reason, message);
    }

    Rejection rejection() {
        return rejection;
    }
}
