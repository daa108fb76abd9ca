package io.sidetrack.mapping.item;

import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.Reason;
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
        return checked(
                attribute, new KeyValue(KeyType.S, text, text, Utf8.length(text, "key attribute " + attribute.name())));
    }

    static KeyValue number(KeyAttribute attribute, String text) throws RejectedException {
        String what = "key attribute " + attribute.name();
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
                    Reason.KEY_WRONG_TYPE,
                    "key attribute " + attribute.name() + " is binary in the table, but not Base64 in the record");
        }
    }

    private static KeyValue checked(KeyAttribute attribute, KeyValue value) throws RejectedException {
        if (value.bytes == 0) {
            throw new RejectedException(Reason.KEY_EMPTY, "key attribute " + attribute.name() + " is empty");
        }
        if (value.bytes > attribute.maxBytes()) {
            throw new RejectedException(
                    Reason.KEY_TOO_LONG,
                    "key attribute %s has %d bytes; the limit is %d"
                            .formatted(attribute.name(), value.bytes, attribute.maxBytes()));
        }
        return value;
    }
}
