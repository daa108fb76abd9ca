package io.sidetrack.ops;

/** A command could not do what it was asked, for a reason that its user can act on: one line, exit code 1. */
public final class OpsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OpsException(String message) {
        super(message);
    }

    public OpsException(String message, Throwable cause) {
        super(message, cause);
    }
}
