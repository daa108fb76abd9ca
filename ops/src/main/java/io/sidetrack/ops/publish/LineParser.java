package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.sidetrack.common.json.RecordJson;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Extracts key and timestamp from a line. The record's value is the line itself, never JSON that was parsed and printed. */
final class LineParser {
    private final ObjectReader json = RecordJson.mapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build()
            .readerFor(JsonNode.class);

    private final JsonPointer keyPointer;
    private final Optional<JsonPointer> timestampPointer;

    /**
     * Key and timestamp of a record.
     *
     * @param timestampMs the timestamp; empty for the time of sending
     */
    record Found(byte[] key, Optional<Long> timestampMs) {}

    /** The reason why a line cannot be sent. The message contains no value of the line. */
    static final class BadLineException extends Exception {
        private static final long serialVersionUID = 1L;

        BadLineException(String message) {
            super(message);
        }
    }

    LineParser(JsonPointer keyPointer, Optional<JsonPointer> timestampPointer) {
        this.keyPointer = keyPointer;
        this.timestampPointer = timestampPointer;
    }

    Found read(byte[] line) throws BadLineException {
        JsonNode node = parse(line);
        Optional<Long> timestamp = Optional.empty();
        if (timestampPointer.isPresent()) {
            timestamp = Optional.of(timestamp(node, timestampPointer.get()));
        }
        return new Found(key(node).getBytes(UTF_8), timestamp);
    }

    private JsonNode parse(byte[] line) throws BadLineException {
        try {
            JsonNode node = json.readTree(line);
            if (!node.isObject()) {
                throw new BadLineException("is JSON, but not an object");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw new BadLineException(
                    "is not JSON, at character " + e.getLocation().getCharOffset());
        } catch (IOException e) {
            throw new BadLineException("is not UTF-8");
        }
    }

    private String key(JsonNode node) throws BadLineException {
        JsonNode key = node.at(keyPointer);
        if (key.isMissingNode()
                || key.isNull()
                || key.isContainerNode()
                || key.asText().isEmpty()) {
            throw new BadLineException("has no text, number or boolean for the key at " + keyPointer);
        }
        return key.asText();
    }

    private static long timestamp(JsonNode node, JsonPointer pointer) throws BadLineException {
        JsonNode time = node.at(pointer);
        long ms = -1;
        if (time.isIntegralNumber() && time.canConvertToLong()) {
            ms = time.longValue();
        } else if (time.isTextual()) {
            try {
                ms = Instant.parse(time.textValue()).toEpochMilli();
            } catch (DateTimeParseException | ArithmeticException e) {
                ms = -1;
            }
        }
        if (ms < 0) {
            throw new BadLineException("has no timestamp from 1970 on at " + pointer
                    + ": neither ms since 1970 nor an instant like 2026-01-31T12:00:00Z");
        }
        return ms;
    }
}
