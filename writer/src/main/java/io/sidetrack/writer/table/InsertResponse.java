package io.sidetrack.writer.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.common.json.RecordJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The response to a batch of statements.
 *
 * @param errors the error code of each statement; an empty string if it took effect
 * @param writeUnits the consumed write units
 */
record InsertResponse(List<String> errors, double writeUnits) {
    private static final JsonFactory JSON = RecordJson.factory().build();

    /** The error of a statement; empty if it took effect. */
    Optional<StatementError> error(int statement) {
        String code = errors.get(statement);
        return code.isEmpty() ? Optional.empty() : Optional.of(StatementError.of(code));
    }

    /** The error codes of the statements that failed. */
    List<String> failures() {
        return errors.stream().filter(code -> !code.isEmpty()).toList();
    }

    /** Whether a statement failed for a reason other than an existing key. */
    boolean isPartlyFailed() {
        return failures().stream().anyMatch(code -> !StatementError.of(code).keyExists());
    }

    /** @throws IOException if the body is not a response to this number of statements */
    static InsertResponse read(byte[] body, int statements) throws IOException {
        List<String> errors = new ArrayList<>(statements);
        double writeUnits = 0;
        try (JsonParser in = JSON.createParser(body)) {
            ConsumedCapacity.require(in.nextToken(), JsonToken.START_OBJECT);
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                in.nextToken();
                switch (field) {
                    case "Responses" -> readResponses(in, errors);
                    case "ConsumedCapacity" -> writeUnits += ConsumedCapacity.read(in);
                    default -> in.skipChildren();
                }
            }
        }
        if (errors.size() != statements) {
            throw new IOException(errors.size() + " responses to " + statements + " statements");
        }
        return new InsertResponse(errors, writeUnits);
    }

    private static void readResponses(JsonParser in, List<String> errors) throws IOException {
        ConsumedCapacity.require(in.currentToken(), JsonToken.START_ARRAY);
        while (in.nextToken() == JsonToken.START_OBJECT) {
            String error = "";
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                in.nextToken();
                if (field.equals("Error")) {
                    error = readCode(in);
                } else {
                    in.skipChildren();
                }
            }
            errors.add(error);
        }
    }

    private static String readCode(JsonParser in) throws IOException {
        // An error without a code is still an error.
        String code = "unknown";
        ConsumedCapacity.require(in.currentToken(), JsonToken.START_OBJECT);
        for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
            in.nextToken();
            if (field.equals("Code")) {
                code = in.getText();
            } else {
                in.skipChildren();
            }
        }
        return code;
    }
}
