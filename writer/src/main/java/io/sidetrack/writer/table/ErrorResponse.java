package io.sidetrack.writer.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.common.json.RecordJson;
import io.sidetrack.writer.item.ItemSize;
import java.io.IOException;

/**
 * What DynamoDB says of a call that it did not take.
 *
 * @param code such as {@code ThrottlingException}; empty if it gave none, as a proxy or load balancer between would
 * @param message for people; may be empty
 * @param itemBytes the size of the existing item, which DynamoDB returns if a condition failed and the call asked for it; 0
 *     if there is none
 */
record ErrorResponse(int status, String code, String message, long itemBytes) {
    private static final JsonFactory JSON = RecordJson.factory().build();

    static ErrorResponse read(SignedResponse answer) {
        String code = "";
        String message = "";
        long itemBytes = 0;
        try (JsonParser in = JSON.createParser(answer.body())) {
            if (in.nextToken() == JsonToken.START_OBJECT) {
                for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                    in.nextToken();
                    switch (field) {
                        case "__type" -> code = in.getText();
                        case "message", "Message" -> message = in.getText();
                        case "Item" -> itemBytes = ItemSize.read(in);
                        default -> in.skipChildren();
                    }
                }
            }
        } catch (IOException e) {
            // Not DynamoDB's own words: the status must do.
            return new ErrorResponse(answer.status(), "", "", 0);
        }
        return new ErrorResponse(answer.status(), code.substring(code.lastIndexOf('#') + 1), message, itemBytes);
    }
}
