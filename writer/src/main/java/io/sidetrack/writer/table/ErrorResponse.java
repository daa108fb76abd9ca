package io.sidetrack.writer.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.common.json.RecordJson;
import io.sidetrack.mapping.item.ItemSize;
import java.io.IOException;
import java.util.List;

/**
 * The response to a call that DynamoDB, or a proxy in front of it, rejected.
 *
 * @param code an error code such as {@code ThrottlingException}; empty if the response has none, as that of a load balancer
 * @param message the message for humans; may be empty
 * @param itemBytes the size of the existing item, which DynamoDB returns if a condition failed and the call requested it; 0
 *     if there is none
 * @param throttlingReasons why a call was throttled; empty if it was not, or if DynamoDB gives no reason
 */
record ErrorResponse(
        int status, String code, String message, long itemBytes, List<ThrottlingReason> throttlingReasons) {
    private static final JsonFactory JSON = RecordJson.factory().build();

    static ErrorResponse read(SignedResponse response) {
        String code = "";
        String message = "";
        long itemBytes = 0;
        List<ThrottlingReason> reasons = List.of();
        try (JsonParser in = JSON.createParser(response.body())) {
            if (in.nextToken() == JsonToken.START_OBJECT) {
                for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                    in.nextToken();
                    switch (field) {
                        case "__type" -> code = in.getText();
                        case "message", "Message" -> message = in.getText();
                        case "Item" -> itemBytes = ItemSize.read(in);
                        // The name differs between the exceptions that have it.
                        case "ThrottlingReasons", "throttlingReasons" -> reasons = ThrottlingReason.read(in);
                        default -> in.skipChildren();
                    }
                }
            }
        } catch (IOException e) {
            // Not a response of DynamoDB itself, so only the status is known.
            return new ErrorResponse(response.status(), "", "", 0, List.of());
        }
        return new ErrorResponse(
                response.status(), code.substring(code.lastIndexOf('#') + 1), message, itemBytes, reasons);
    }
}
