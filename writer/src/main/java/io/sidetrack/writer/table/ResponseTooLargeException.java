package io.sidetrack.writer.table;

import java.io.IOException;

/** Thrown if a response is larger than the memory that is set aside for it. */
final class ResponseTooLargeException extends IOException {
    private static final long serialVersionUID = 1;

    ResponseTooLargeException(int limit) {
        super("a response of more than " + limit + " bytes");
    }
}
