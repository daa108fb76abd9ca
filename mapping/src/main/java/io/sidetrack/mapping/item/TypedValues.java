package io.sidetrack.mapping.item;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.Reason;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Values in DynamoDB's JSON: each is an object with one field, whose name is the type. They are as strict as the table, so that
 * the table rejects none of them: a set has elements, and no two are equal. Numbers and Base64 have the form in which DynamoDB
 * returns them.
 */
final class TypedValues implements ItemValues {
    private static final Pattern DECIMAL = Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

    private final JsonParser in;
    private final JsonGenerator out;

    TypedValues(JsonParser in, JsonGenerator out) {
        this.in = in;
        this.out = out;
    }

    /**
     * A value that may be a key.
     *
     * @param text empty if it is neither a string, a number nor binary
     */
    private record Scalar(String type, Optional<String> text) {
        boolean isNull() {
            return type.equals("NULL");
        }
    }

    @Override
    public KeyValue key(KeyAttribute attribute) throws IOException, RejectedException {
        return key(scalar(), attribute);
    }

    @Override
    public Optional<KeyValue> indexKey(KeyAttribute attribute) throws IOException, RejectedException {
        Scalar scalar = scalar();
        boolean isEmpty = scalar.isNull()
                || (scalar.type.equals(attribute.type().name())
                        && attribute.type() != KeyType.N
                        && scalar.text.filter(String::isEmpty).isPresent());
        return isEmpty ? Optional.empty() : Optional.of(key(scalar, attribute));
    }

    private KeyValue key(Scalar scalar, KeyAttribute attribute) throws RejectedException {
        if (!scalar.type.equals(attribute.type().name())) {
            throw new RejectedException(
                    attribute.wrongType(),
                    "%s is of type %s in the table, but %s in the record"
                            .formatted(attribute.description(), attribute.type(), scalar.type));
        }
        String text = scalar.text.orElseThrow();
        return switch (attribute.type()) {
            case S -> KeyValue.string(attribute, text);
            case N -> KeyValue.number(attribute, decimal(text));
            case B -> KeyValue.binary(attribute, binary(text));
        };
    }

    /** Reads a value without encoding it. Of a value that cannot be a key, only the type is returned. */
    private Scalar scalar() throws IOException, RejectedException {
        String type = open();
        Optional<String> text =
                switch (type) {
                    case "S", "N", "B" -> Optional.of(string());
                    case "NULL" -> {
                        require(JsonToken.VALUE_TRUE);
                        yield Optional.empty();
                    }
                    case "BOOL", "M", "L", "SS", "NS", "BS" -> {
                        in.skipChildren();
                        yield Optional.empty();
                    }
                    default -> throw problem("a value is of no type of DynamoDB");
                };
        close();
        return new Scalar(type, text);
    }

    /** Moves to what follows the type. @return the type, known or not */
    private String open() throws IOException, RejectedException {
        require(JsonToken.START_OBJECT);
        if (in.nextToken() != JsonToken.FIELD_NAME) {
            throw problem("a value has no type");
        }
        String type = in.currentName();
        in.nextToken();
        return type;
    }

    private void close() throws IOException, RejectedException {
        if (in.nextToken() != JsonToken.END_OBJECT) {
            throw problem("a value has several types");
        }
    }

    @Override
    public long encode() throws IOException, RejectedException {
        return value(0);
    }

    private long value(int depth) throws IOException, RejectedException {
        String type = open();
        out.writeStartObject();
        long bytes =
                switch (type) {
                    case "S", "N", "B" -> {
                        out.writeFieldName(type);
                        yield element(type, null);
                    }
                    case "BOOL" -> {
                        if (in.currentToken() != JsonToken.VALUE_TRUE) {
                            require(JsonToken.VALUE_FALSE);
                        }
                        out.writeBooleanField(type, in.getBooleanValue());
                        yield 1;
                    }
                    case "NULL" -> {
                        require(JsonToken.VALUE_TRUE);
                        out.writeBooleanField(type, true);
                        yield 1;
                    }
                    case "L" -> list(StrictItemEncoder.deeper(depth, in));
                    case "M" -> map(StrictItemEncoder.deeper(depth, in));
                    case "SS", "NS", "BS" -> set(type);
                    default -> throw problem("a value is of no type of DynamoDB");
                };
        close();
        out.writeEndObject();
        return bytes;
    }

    private long list(int depth) throws IOException, RejectedException {
        require(JsonToken.START_ARRAY);
        long bytes = ItemSize.CONTAINER_BYTES;
        out.writeArrayFieldStart("L");
        while (in.nextToken() != JsonToken.END_ARRAY) {
            bytes += ItemSize.ELEMENT_BYTES + value(depth);
        }
        out.writeEndArray();
        return bytes;
    }

    private long map(int depth) throws IOException, RejectedException {
        require(JsonToken.START_OBJECT);
        long bytes = ItemSize.CONTAINER_BYTES;
        out.writeObjectFieldStart("M");
        while (in.nextToken() != JsonToken.END_OBJECT) {
            bytes += ItemSize.ELEMENT_BYTES + StrictItemEncoder.copyName(in, out);
            in.nextToken();
            bytes += value(depth);
        }
        out.writeEndObject();
        return bytes;
    }

    private long set(String type) throws IOException, RejectedException {
        require(JsonToken.START_ARRAY);
        Set<String> elements = new HashSet<>();
        long bytes = 0;
        out.writeArrayFieldStart(type);
        while (in.nextToken() != JsonToken.END_ARRAY) {
            bytes += element(type.substring(0, 1), elements);
            // Checked here already, because the elements of a huge set occupy much more memory than the record.
            ItemMapper.requireSize(bytes);
        }
        if (elements.isEmpty()) {
            throw problem("a set is empty");
        }
        out.writeEndArray();
        return bytes;
    }

    /**
     * Encodes a string, a number or binary.
     *
     * @param others the set's other elements, in one form for all spellings; null for a value outside of sets
     * @return its size
     */
    private int element(String type, Set<String> others) throws IOException, RejectedException {
        String text = string();
        String canonical = text;
        int bytes;
        switch (type) {
            case "S" -> bytes = Utf8.length(text, "a string");
            case "N" -> {
                NumberText number = NumberText.of(decimal(text), "a number");
                canonical = others == null ? "" : ItemKey.canonical(new BigDecimal(number.text()));
                text = number.text();
                bytes = number.bytes();
            }
            default -> bytes = binary(text).length;
        }
        if (others != null && !others.add(canonical)) {
            throw problem("a set has two equal elements");
        }
        out.writeString(text);
        return bytes;
    }

    private String string() throws IOException, RejectedException {
        require(JsonToken.VALUE_STRING);
        return in.getText();
    }

    private String decimal(String text) throws RejectedException {
        if (!DECIMAL.matcher(text).matches()) {
            throw problem("a number is not decimal");
        }
        return text;
    }

    /** Decoders accept some Base64 that DynamoDB rejects, such as without padding. */
    private byte[] binary(String text) throws RejectedException {
        try {
            byte[] bytes = Base64.getDecoder().decode(text);
            if (Base64.getEncoder().encodeToString(bytes).equals(text)) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Rejected below.
        }
        throw problem("a binary value is not Base64");
    }

    private void require(JsonToken expected) throws RejectedException {
        if (in.currentToken() != expected) {
            throw problem("a value does not have the form of its type");
        }
    }

    private RejectedException problem(String what) {
        return new RejectedException(Reason.NOT_DYNAMODB_JSON, what + ", " + StrictItemEncoder.location(in));
    }
}
