package io.sidetrack.writer.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * What DynamoDB says of a call that it did not take.
 *
 * @param code such as {@code ThrottlingException}; empty if it gave none, as a proxy or load balancer between would
 * @param message for people; may be empty
 */
record ErrorAnswer(int status, String code, String message) {
    private static final JsonFactory JSON = new JsonFactory();

    static ErrorAnswer read(Answer answer) {
        String code = "";
        String message = "";
        try (JsonParser in = JSON.createParser(answer.body())) {
            if (in.nextToken() == JsonToken.START_OBJECT) {
                for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                    in.nextToken();
                    switch (field) {
                        case "__type" -> code = in.getText();
                        case "message", "Message" -> message = in.getText();
                        default -> in.skipChildren();
                    }
                }
            }
        } catch (IOException e) {
            // Not DynamoDB's own words: the status must do.
            return new ErrorAnswer(answer.status(), "", "");
        }
        return new ErrorAnswer(answer.status(), code.substring(code.lastIndexOf('#') + 1), message);
    }
}
