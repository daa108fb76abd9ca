package io.sidetrack.mapping.item;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.sidetrack.mapping.model.Reason;
import java.io.IOException;

/**
 * Describes a JSON error without quoting the input. The parser's own messages repeat parts of the input, and a record's
 * value must not end up in a log.
 */
final class JsonProblem {
    private JsonProblem() {}

    static RejectedException rejected(IOException problem, String what) {
        JsonLocation at = problem instanceof JsonProcessingException json ? json.getLocation() : null;
        String location = at == null ? "" : ", at character " + at.getCharOffset();
        // The parser has no exception type for this case; the message has started like this since Jackson 2.3.
        boolean duplicate = problem.getMessage() != null && problem.getMessage().startsWith("Duplicate field");
        return duplicate
                ? new RejectedException(Reason.DUPLICATE_FIELD, what + " has a duplicate field" + location)
                : new RejectedException(Reason.NOT_JSON, what + " is not JSON" + location);
    }
}
