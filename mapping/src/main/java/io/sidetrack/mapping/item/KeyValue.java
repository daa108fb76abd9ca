package io.sidetrack.mapping.item;

import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import java.util.Base64;

/**
 * The value of one key attribute.
 *
 * @param type the type that the table declares
 * @param text the value in the request: a string, a decimal number, or Base64
 * @param canonical the canonical form: the same for every spelling of the same value
 * @param bytes the size as DynamoDB counts it
 */
record KeyValue(KeyType type, String text, String canonical, int bytes) {

    static KeyValue string(KeyAttribute attribute, String text) throws RejectedException {
        return checked(attribute, new KeyValue(KeyType.S, text, text, Utf8.length(text, attribute.description())));
    }

    static KeyValue number(KeyAttribute attribute, String text) throws RejectedException {
        String what = attribute.description();
        NumberText number = NumberText.of(text, what);
        return new KeyValue(KeyType.N, number.text(), NumberText.canonical(text, what), number.bytes());
    }

    static KeyValue binary(KeyAttribute attribute, byte[] bytes) throws RejectedException {
        String text = Base64.getEncoder().encodeToString(bytes);
        return checked(attribute, new KeyValue(KeyType.B, text, text, bytes.length));
    }

    static KeyValue base64(KeyAttribute attribute, String text) throws RejectedException {
        try {
            return binary(attribute, Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new RejectedException(
                    attribute.wrongType(),
                    attribute.description() + " is binary in the table, but not Base64 in the record");
        }
    }

    private static KeyValue checked(KeyAttribute attribute, KeyValue value) throws RejectedException {
        if (value.bytes == 0) {
            throw new RejectedException(attribute.empty(), attribute.description() + " is empty");
        }
        value.requireFits(attribute);
        return value;
    }

    /** Rejects the value if it is longer than the attribute may be. */
    void requireFits(KeyAttribute attribute) throws RejectedException {
        if (bytes > attribute.maxBytes()) {
            throw new RejectedException(
                    attribute.tooLong(),
                    "%s has %d bytes; the limit is %d".formatted(attribute.description(), bytes, attribute.maxBytes()));
        }
    }
}
