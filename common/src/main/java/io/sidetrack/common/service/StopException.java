package io.sidetrack.common.service;

/** Thrown on a stream thread to end the process, if neither a retry nor a new thread can help. */
public final class StopException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param reason one line, with the remedy; it is logged without a stack trace */
    public StopException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
