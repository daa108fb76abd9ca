package io.sidetrack.mapping.item;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/**
 * Reads the size of an item, as DynamoDB counts it, from DynamoDB's JSON in a single pass. The size of an attribute is that
 * of its name and its value. A string counts its UTF-8 bytes, a number one byte for every two digits and one more, a
 * boolean or null one byte, a container three bytes and one for each element (developer guide, item sizes and formats).
 */
public final class ItemSize {
    /** The size of a list or map besides its contents. */
    static final int CONTAINER_BYTES = 3;
    /** The size of each element of a list or map besides its contents. */
    static final int ELEMENT_BYTES = 1;

    private final JsonParser in;
    private long bytes;

    private ItemSize(JsonParser in) {
        this.in = in;
    }

    /**
     * Reads an item, such as {@code {"id":{"S":"x"}}}. Values of an unknown type, or in a wrong format, count as 0.
     *
     * @param in positioned at the item's opening brace; afterwards, at its closing brace
     * @throws IOException if the item is not JSON
     */
    public static long read(JsonParser in) throws IOException {
        ItemSize size = new ItemSize(in);
        size.attributes(0);
        return size.bytes;
    }

    /**
     * Reads the value of an attribute, such as {@code {"S":"x"}}; returns its size without that of its name.
     *
     * @param in positioned at the value's opening brace; afterwards, at its closing brace
     * @throws IOException if the value is not JSON
     */
    public static long readValue(JsonParser in) throws IOException {
        ItemSize size = new ItemSize(in);
        size.value();
        return size.bytes;
    }

    /** Returns the length in UTF-8, which is the size of a name. */
    public static int ofName(String name) {
        return Utf8.length(name);
    }

    private void attributes(int bytesEach) throws IOException {
        if (skipUnless(JsonToken.START_OBJECT)) {
            return;
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            bytes += bytesEach + Utf8.length(in.currentName());
            in.nextToken();
            value();
        }
    }

    private void value() throws IOException {
        if (skipUnless(JsonToken.START_OBJECT)) {
            return;
        }
        while (in.nextToken() == JsonToken.FIELD_NAME) {
            String type = in.currentName();
            in.nextToken();
            switch (type) {
                case "S", "N", "B" -> bytes += scalar(type);
                case "BOOL", "NULL" -> bytes++;
                case "M" -> {
                    bytes += CONTAINER_BYTES;
                    attributes(ELEMENT_BYTES);
                }
                case "L" -> list();
                case "SS", "NS", "BS" -> set(type.substring(0, 1));
                default -> in.skipChildren();
            }
        }
    }

    private void list() throws IOException {
        if (skipUnless(JsonToken.START_ARRAY)) {
            return;
        }
        bytes += CONTAINER_BYTES;
        while (in.nextToken() != JsonToken.END_ARRAY) {
            bytes += ELEMENT_BYTES;
            value();
        }
    }

    private void set(String type) throws IOException {
        if (skipUnless(JsonToken.START_ARRAY)) {
            return;
        }
        while (in.nextToken() != JsonToken.END_ARRAY) {
            bytes += scalar(type);
        }
    }

    private int scalar(String type) throws IOException {
        if (skipUnless(JsonToken.VALUE_STRING)) {
            return 0;
        }
        String text = in.getText();
        return switch (type) {
            case "S" -> Utf8.length(text);
            case "N" -> NumberText.bytes(significantDigits(text));
            default -> base64Length(text);
        };
    }

    /** Skips the current value unless it is of the expected kind. @return whether it was skipped */
    private boolean skipUnless(JsonToken expected) throws IOException {
        if (in.currentToken() == expected) {
            return false;
        }
        in.skipChildren();
        return true;
    }

    /** Counts the digits of a number without its leading and trailing zeros; 1 for zero. */
    private static int significantDigits(String number) {
        int count = 0;
        int upToLast = 0;
        for (int i = 0; i < number.length(); i++) {
            char c = number.charAt(i);
            if (c == 'e' || c == 'E') {
                break;
            }
            if (c >= '0' && c <= '9' && (c != '0' || count > 0)) {
                count++;
                upToLast = c == '0' ? upToLast : count;
            }
        }
        return Math.max(1, upToLast);
    }

    private static int base64Length(String text) {
        int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
        return text.length() / 4 * 3 - padding;
    }
}
