package io.sidetrack.writer.table;

/** There are no AWS credentials to sign a call with. The message never contains one. */
final class NoCredentialsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoCredentialsException(String message) {
        super(message);
    }

    NoCredentialsException(String message, Throwable cause) {
        super(message, cause);
    }
}
