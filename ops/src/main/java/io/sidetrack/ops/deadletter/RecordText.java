package io.sidetrack.ops.deadletter;

import io.sidetrack.ops.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Keys, values and headers as text, or in Base64 if they are not text. */
final class RecordText {
    private static final int MAX_CHARACTER_BYTES = 4;

    private RecordText() {}

    /** For people. */
    static String of(byte[] bytes) {
        if (bytes == null) {
            return "(null)";
        }
        return text(bytes).orElseGet(() -> "base64:" + Base64.getEncoder().encodeToString(bytes));
    }

    /** The first bytes of a value for people, without a truncated character at the end; empty if there are none. */
    static Optional<String> cut(byte[] value) {
        if (value == null || value.length == 0) {
            return Optional.empty();
        }
        int end = value.length;
        while (end > 0
                && value.length - end < MAX_CHARACTER_BYTES
                && decode(value, end).isEmpty()) {
            end--;
        }
        return Optional.of(of(decode(value, end).isPresent() ? Arrays.copyOf(value, end) : value) + " ...");
    }

    /** For programs: an object with a field {@code text} or {@code base64}; null for null. */
    static JsonObject json(byte[] bytes) {
        if (bytes == null) {
            return null;
        }
        Optional<String> text = text(bytes);
        return new JsonObject()
                .put("text", text)
                .put("base64", text.isPresent() ? null : Base64.getEncoder().encodeToString(bytes));
    }

    /** Text with control characters does not count as text. */
    private static Optional<String> text(byte[] bytes) {
        return decode(bytes, bytes.length).filter(text -> text.chars()
                .noneMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t' && c != '\r'));
    }

    private static Optional<String> decode(byte[] bytes, int end) {
        try {
            return Optional.of(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, end))
                    .toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
