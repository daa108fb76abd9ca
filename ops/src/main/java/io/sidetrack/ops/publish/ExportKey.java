package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.common.json.RecordJson;
import io.sidetrack.common.settings.StartupException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/**
 * The Kafka key of an item in DynamoDB's JSON: the bytes are the same for all records of an item, and the writer reads the key of a
 * tombstone from them. Thread-safe.
 */
final class ExportKey {
    /** Longer numbers are not in DynamoDB, and would be slow to parse. */
    private static final int MAX_NUMBER_LENGTH = 150;
    /** Numbers are written without an exponent up to this length, as most producers write them. */
    private static final int MAX_PLAIN_LENGTH = 40;

    private final List<String> attributes;
    private final boolean isJson;
    private final JsonMapper json = RecordJson.mapper().build();

    /**
     * @param attributes the table's key attributes, the partition key first
     * @throws StartupException if the format has no place for all attributes
     */
    ExportKey(List<String> attributes, KeyFormat format) {
        if (attributes.size() > 2 || attributes.stream().anyMatch(String::isEmpty)) {
            throw new StartupException(
                    "--key-attributes=" + String.join(",", attributes),
                    "not the key of a table",
                    "Name the partition key and, if the table has one, the sort key.");
        }
        if (format == KeyFormat.TEXT && attributes.size() > 1) {
            throw new StartupException(
                    "--key-format=text", "a text has no place for a sort key", "Use json, or omit the option.");
        }
        this.attributes = attributes;
        this.isJson = format == KeyFormat.JSON || (format == KeyFormat.AUTO && attributes.size() > 1);
    }

    /**
     * The key of an item.
     *
     * @param item the item, or only its key attributes
     * @throws BadLineException if an attribute is missing, or is not a string, a number or binary
     */
    byte[] of(JsonNode item) throws BadLineException {
        if (!isJson) {
            Value value = value(item, attributes.get(0));
            return switch (value.type) {
                case "B" -> binary(value);
                case "N" -> number(value).getBytes(US_ASCII);
                default -> utf8(value);
            };
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        try (JsonGenerator out = json.createGenerator(bytes)) {
            out.writeStartObject();
            for (String attribute : attributes) {
                Value value = value(item, attribute);
                out.writeFieldName(attribute);
                switch (value.type) {
                    case "B" -> out.writeString(Base64.getEncoder().encodeToString(binary(value)));
                    case "N" -> out.writeNumber(number(value));
                    default -> {
                        var unused = utf8(value);
                        out.writeString(value.text);
                    }
                }
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return bytes.toByteArray();
    }

    private record Value(String attribute, String type, String text) {
        BadLineException problem(String what) {
            return new BadLineException("has key attribute " + attribute + ", which " + what);
        }
    }

    private static Value value(JsonNode item, String attribute) throws BadLineException {
        JsonNode typed = item.path(attribute);
        if (typed.size() == 1) {
            for (String type : List.of("S", "N", "B")) {
                JsonNode value = typed.path(type);
                if (value.isTextual() && !value.textValue().isEmpty()) {
                    return new Value(attribute, type, value.textValue());
                }
            }
        }
        throw new BadLineException(
                "has no key attribute " + attribute + " with one type, S, N or B, and a value that is not empty");
    }

    private static byte[] utf8(Value value) throws BadLineException {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value.text));
            byte[] all = new byte[bytes.remaining()];
            bytes.get(all);
            return all;
        } catch (CharacterCodingException e) {
            throw value.problem("has an unpaired surrogate");
        }
    }

    private static byte[] binary(Value value) throws BadLineException {
        try {
            return Base64.getDecoder().decode(value.text);
        } catch (IllegalArgumentException e) {
            throw value.problem("is not Base64");
        }
    }

    /** One text for all spellings of a number. */
    private static String number(Value value) throws BadLineException {
        try {
            if (value.text.length() <= MAX_NUMBER_LENGTH) {
                BigDecimal number = new BigDecimal(value.text).stripTrailingZeros();
                boolean isShort = number.precision() + Math.abs((long) number.scale()) <= MAX_PLAIN_LENGTH;
                return isShort ? number.toPlainString() : number.toString();
            }
        } catch (NumberFormatException | ArithmeticException e) {
            // Reported below.
        }
        throw value.problem("is not a number of DynamoDB");
    }
}
