package io.sidetrack.ops.cost;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.common.json.RecordJson;
import io.sidetrack.mapping.item.ItemSize;
import io.sidetrack.mapping.item.Utf8;
import java.io.IOException;

/**
 * Computes the size of the item that a JSON object becomes, as DynamoDB counts it: the names of attributes, strings in UTF-8, a byte
 * for two digits of a number and one more, a byte for a boolean or null, and three bytes for a list or map and one for each of its
 * elements (developer guide, item sizes and formats). Thread-safe.
 */
public final class ItemBytes {
    private static final int CONTAINER_BYTES = 3;

    private final JsonFactory json = RecordJson.factory().build();

    /**
     * The size of an item.
     *
     * @param object one JSON object, in UTF-8
     * @param isItem whether it is the item in DynamoDB's JSON
     * @throws IOException if it is not JSON
     */
    public long of(byte[] object, boolean isItem) throws IOException {
        return isItem ? ofItem(object) : ofPlain(object);
    }

    private long ofItem(byte[] item) throws IOException {
        try (JsonParser in = json.createParser(item)) {
            in.nextToken();
            return ItemSize.read(in);
        }
    }

    private long ofPlain(byte[] object) throws IOException {
        long bytes = 0;
        int depth = 0;
        try (JsonParser in = json.createParser(object)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.FIELD_NAME) {
                    bytes += Utf8.length(in.currentName());
                } else {
                    // The item itself is neither a map nor an element.
                    bytes += depth > 1 ? 1 : 0;
                    bytes += token.isStructStart() ? (depth > 0 ? CONTAINER_BYTES : 0) : scalar(token, in);
                    depth += token.isStructStart() ? 1 : 0;
                }
            }
        }
        return bytes;
    }

    private static int scalar(JsonToken token, JsonParser in) throws IOException {
        if (token == JsonToken.VALUE_STRING) {
            return Utf8.length(in.getText());
        }
        return token.isNumeric() ? (digits(in.getText()) + 1) / 2 + 1 : 1;
    }

    private static int digits(String number) {
        return (int) number.chars().filter(Character::isDigit).count();
    }
}
