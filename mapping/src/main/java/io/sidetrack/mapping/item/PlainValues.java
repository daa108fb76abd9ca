package io.sidetrack.mapping.item;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.Reason;
import java.io.IOException;
import java.util.Optional;

/** Values in plain JSON: each has the type that its JSON has. Sets, and binary values other than keys, cannot be expressed. */
final class PlainValues implements ItemValues {
    private final JsonParser in;
    private final JsonGenerator out;

    PlainValues(JsonParser in, JsonGenerator out) {
        this.in = in;
        this.out = out;
    }

    @Override
    public KeyValue key(KeyAttribute attribute) throws IOException, RejectedException {
        return KeyJson.value(in, attribute);
    }

    @Override
    public Optional<KeyValue> indexKey(KeyAttribute attribute) throws IOException, RejectedException {
        JsonToken token = in.currentToken();
        boolean isEmpty = token == JsonToken.VALUE_NULL
                || (token == JsonToken.VALUE_STRING
                        && attribute.type() != KeyType.N
                        && in.getText().isEmpty());
        return isEmpty ? Optional.empty() : Optional.of(KeyJson.value(in, attribute));
    }

    @Override
    public long encode() throws IOException, RejectedException {
        return value(0);
    }

    private long value(int depth) throws IOException, RejectedException {
        out.writeStartObject();
        long bytes =
                switch (in.currentToken()) {
                    case VALUE_STRING -> {
                        String text = in.getText();
                        int length = Utf8.length(text, "a string");
                        out.writeStringField("S", text);
                        yield length;
                    }
                    case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> {
                        NumberText number = NumberText.of(in.getText(), "a number");
                        out.writeStringField("N", number.text());
                        yield number.bytes();
                    }
                    case VALUE_TRUE, VALUE_FALSE -> {
                        out.writeBooleanField("BOOL", in.getBooleanValue());
                        yield 1;
                    }
                    case VALUE_NULL -> {
                        out.writeBooleanField("NULL", true);
                        yield 1;
                    }
                    case START_ARRAY -> list(StrictItemEncoder.deeper(depth, in));
                    case START_OBJECT -> map(StrictItemEncoder.deeper(depth, in));
                    default ->
                        throw new RejectedException(
                                Reason.NOT_JSON, "the value is not JSON, " + StrictItemEncoder.location(in));
                };
        out.writeEndObject();
        return bytes;
    }

    private long list(int depth) throws IOException, RejectedException {
        long bytes = ItemSize.CONTAINER_BYTES;
        out.writeArrayFieldStart("L");
        while (in.nextToken() != JsonToken.END_ARRAY) {
            bytes += ItemSize.ELEMENT_BYTES + value(depth);
        }
        out.writeEndArray();
        return bytes;
    }

    private long map(int depth) throws IOException, RejectedException {
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
}
