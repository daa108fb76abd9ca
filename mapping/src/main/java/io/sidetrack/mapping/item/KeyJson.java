package io.sidetrack.mapping.item;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.mapping.model.KeyAttribute;
import java.io.IOException;

/** Reads the value of a key attribute from a JSON parser, in the type that the table declares. */
final class KeyJson {
    private KeyJson() {}

    /**
     * Reads the current value. No type is converted: if the string "7" became the number 7, two different keys would
     * become the same item.
     */
    static KeyValue value(JsonParser in, KeyAttribute attribute) throws IOException, RejectedException {
        JsonToken token = in.currentToken();
        boolean fits =
                switch (attribute.type()) {
                    case S, B -> token == JsonToken.VALUE_STRING;
                    case N -> token == JsonToken.VALUE_NUMBER_INT || token == JsonToken.VALUE_NUMBER_FLOAT;
                };
        if (!fits) {
            throw new RejectedException(
                    attribute.wrongType(),
                    "%s is of type %s in the table, but %s in the record"
                            .formatted(attribute.description(), attribute.type(), describe(token)));
        }
        return switch (attribute.type()) {
            case S -> KeyValue.string(attribute, in.getText());
            case N -> KeyValue.number(attribute, in.getText());
            case B -> KeyValue.base64(attribute, in.getText());
        };
    }

    private static String describe(JsonToken token) {
        return switch (token) {
            case VALUE_STRING -> "a string";
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> "a number";
            case VALUE_NULL -> "null";
            case VALUE_TRUE, VALUE_FALSE -> "a boolean";
            case START_ARRAY -> "a list";
            default -> "an object";
        };
    }
}
