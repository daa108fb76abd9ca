package io.sidetrack.writer.item;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.sidetrack.writer.model.Reason;
import java.io.IOException;

/**
 * Names what is wrong with a JSON text without quoting it: the parser's own messages repeat what they stumbled over,
 * and a record's value is none of the log's business.
 */
final class JsonProblem {
    private JsonProblem() {}

    static RejectedException rejected(IOException problem, String what) {
        JsonLocation location = problem instanceof JsonProcessingException json ? json.getLocation() : null;
        String place = location == null ? "" : ", at character " + location.getCharOffset();
        // The parser has no type of its own for this; its message begins so since Jackson 2.3.
        boolean duplicate = problem.getMessage() != null && problem.getMessage().startsWith("Duplicate field");
        return duplicate
                ? new RejectedException(Reason.DUPLICATE_FIELD, what + " has a field twice" + place)
                : new RejectedException(Reason.NOT_JSON, what + " is not JSON" + place);
    }
}
