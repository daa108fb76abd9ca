package io.sidetrack.writer.table;

/** Thrown if there are no AWS credentials to sign a call with. The message contains no credentials. */
final class NoCredentialsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoCredentialsException(String message) {
        super(message);
    }

    NoCredentialsException(String message, Throwable cause) {
        super(message, cause);
    }
}
