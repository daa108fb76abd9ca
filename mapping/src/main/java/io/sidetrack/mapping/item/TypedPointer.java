package io.sidetrack.mapping.item;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Optional;

/**
 * Finds a value in an item in DynamoDB's JSON by the pointer that it has in plain JSON: {@code /a/0} is the first element of
 * {@code {"a":{"L":[{"N":"1"}]}}}.
 */
final class TypedPointer {
    private TypedPointer() {}

    /**
     * Returns the text of a number or a string.
     *
     * @param in positioned at the opening brace of a valid item
     * @return empty if there is no such value, or it is of another type
     */
    static Optional<String> text(JsonParser in, JsonPointer at) throws IOException {
        return at.matches() ? Optional.empty() : inMap(in, at);
    }

    private static Optional<String> inMap(JsonParser in, JsonPointer at) throws IOException {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            boolean matches = at.matchesProperty(in.currentName());
            in.nextToken();
            if (matches) {
                return inValue(in, at.tail());
            }
            in.skipChildren();
        }
        return Optional.empty();
    }

    private static Optional<String> inList(JsonParser in, JsonPointer at) throws IOException {
        for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
            if (at.matchesElement(i)) {
                return inValue(in, at.tail());
            }
            in.skipChildren();
        }
        return Optional.empty();
    }

    private static Optional<String> inValue(JsonParser in, JsonPointer at) throws IOException {
        in.nextToken();
        String type = in.currentName();
        in.nextToken();
        if (at.matches()) {
            return type.equals("N") || type.equals("S") ? Optional.of(in.getText()) : Optional.empty();
        }
        return switch (type) {
            case "M" -> inMap(in, at);
            case "L" -> inList(in, at);
            default -> Optional.empty();
        };
    }
}
