package io.sidetrack.ops.publish;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;

/** The reason why a line cannot be sent: the end of a sentence that begins with "the line". Contains no value of the line. */
final class BadLineException extends Exception {
    private static final long serialVersionUID = 1L;

    BadLineException(String message) {
        super(message);
    }

    /** The reason why a line cannot be parsed. */
    static BadLineException unparsable(JsonProcessingException problem) {
        if (problem instanceof StreamConstraintsException) {
            // Such a problem has no location.
            return new BadLineException("is nested too deeply, or has a number with too many digits");
        }
        // The parser has no exception type for a duplicate; the message has started like this since Jackson 2.3.
        boolean isDuplicate = String.valueOf(problem.getMessage()).startsWith("Duplicate field");
        JsonLocation at = problem.getLocation();
        return new BadLineException((isDuplicate ? "has a field twice" : "is not JSON")
                + (at == null ? "" : ", at character " + at.getCharOffset()));
    }
}
