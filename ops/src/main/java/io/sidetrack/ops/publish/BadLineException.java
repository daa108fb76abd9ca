package io.sidetrack.ops.publish;

/** The reason why a line cannot be sent: the end of a sentence that begins with "the line". Contains no value of the line. */
final class BadLineException extends Exception {
    private static final long serialVersionUID = 1L;

    BadLineException(String message) {
        super(message);
    }
}
