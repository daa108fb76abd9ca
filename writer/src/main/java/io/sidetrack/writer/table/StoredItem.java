package io.sidetrack.writer.table;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.mapping.item.ItemSize;
import io.sidetrack.mapping.model.Version;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the guard needs to know about an item in the table. Contains no values except those that the writer has added, and is
 * never logged.
 *
 * @param names the names of all its attributes
 * @param version its version, if it has one
 * @param tie what decides between items with the same version, if it has that
 * @param shape the fingerprint of its attribute names, if it has one
 * @param bytes its size, as DynamoDB counts it
 */
record StoredItem(List<String> names, Optional<Value> version, Optional<Value> tie, Optional<Value> shape, long bytes) {
    private static final Pattern PLAIN_TEXT = Pattern.compile("[A-Za-z0-9_-]{0,100}");

    /**
     * A value of type string or number; the text is empty for any other type.
     *
     * @param type DynamoDB's code for the type, such as {@code N}
     */
    record Value(String type, String text) {
        private boolean isNumber() {
            return type.equals("N");
        }

        private BigDecimal number() {
            return new BigDecimal(text);
        }

        /** The value in DynamoDB's JSON; only for a comparable item. */
        String json() {
            return "{\"" + type + "\":\"" + text + "\"}";
        }
    }

    /**
     * Reads an item.
     *
     * @param in positioned at the item's opening brace; afterwards, at its closing brace
     */
    static StoredItem read(JsonParser in, GuardAttributes guard) throws IOException {
        ConsumedCapacity.require(in.currentToken(), JsonToken.START_OBJECT);
        List<String> names = new ArrayList<>();
        Optional<Value> version = Optional.empty();
        Optional<Value> tie = Optional.empty();
        Optional<Value> shape = Optional.empty();
        long bytes = 0;
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            in.nextToken();
            names.add(name);
            bytes += ItemSize.ofName(name);
            if (name.equals(guard.version())) {
                version = Optional.of(readValue(in));
                bytes += version.get().text.length();
            } else if (name.equals(guard.tie())) {
                tie = Optional.of(readValue(in));
                bytes += tie.get().text.length();
            } else if (name.equals(guard.shape())) {
                shape = Optional.of(readValue(in));
                bytes += shape.get().text.length();
            } else {
                bytes += ItemSize.readValue(in);
            }
        }
        return new StoredItem(names, version, tie, shape, bytes);
    }

    private static Value readValue(JsonParser in) throws IOException {
        ConsumedCapacity.require(in.currentToken(), JsonToken.START_OBJECT);
        Value value = new Value("", "");
        for (String type = in.nextFieldName(); type != null; type = in.nextFieldName()) {
            JsonToken token = in.nextToken();
            value = new Value(type, token == JsonToken.VALUE_STRING ? in.getText() : "");
            in.skipChildren();
        }
        return value;
    }

    /**
     * Whether the item is newer than a record: if it has a higher version, or the same version and a higher tie. A version or a
     * tie that is missing, or is not a number, counts as lower than any.
     */
    boolean isNewerThan(Version record) {
        if (version.filter(Value::isNumber).isEmpty()) {
            return false;
        }
        int compared = version.get().number().compareTo(record.number());
        return compared > 0
                || (compared == 0
                        && tie.filter(Value::isNumber).isPresent()
                        && tie.get().number().compareTo(BigDecimal.valueOf(record.tie())) > 0);
    }

    /** Whether a statement can have the condition that version, tie and fingerprint are still these. */
    boolean isComparable() {
        return version.map(Value::isNumber).orElse(true)
                && tie.map(Value::isNumber).orElse(true)
                && shape.map(value -> value.type.equals("S")
                                && PLAIN_TEXT.matcher(value.text).matches())
                        .orElse(true);
    }
}
