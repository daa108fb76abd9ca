package io.sidetrack.ops;

/** The failure of a command for a reason that its user can act on. It is reported in one line, with exit code 1. */
public final class OpsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public OpsException(String message) {
        super(message);
    }

    public OpsException(String message, Throwable cause) {
        super(message, cause);
    }
}
