package io.sidetrack.common.control;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.common.json.RecordJson;
import java.io.IOException;

/**
 * The JSON of the control topic, and of the journal of copies. It is parsed strictly, because anyone with access can write it:
 * each field must have its exact type, and no number may be missing. The record decides whether text and objects may be missing,
 * because earlier versions did not write all of them. Unknown fields are ignored, so that an older service can read what a newer
 * tool writes.
 */
public final class ControlJson {
    private static final JsonMapper JSON = RecordJson.mapper()
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT, DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(
                    DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES,
                    DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS,
                    DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ControlJson() {}

    /** The JSON of a record. */
    public static byte[] write(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and text can always be written", e);
        }
    }

    /**
     * Parses a record.
     *
     * @throws IOException if the JSON is invalid; no input causes any other exception
     */
    public static <T> T read(byte[] json, Class<T> type) throws IOException {
        T value = JSON.readValue(json, type);
        if (value == null) {
            throw MismatchedInputException.from(null, type, "null");
        }
        return value;
    }
}
