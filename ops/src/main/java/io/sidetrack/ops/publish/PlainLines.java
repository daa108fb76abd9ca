package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import io.sidetrack.common.json.RecordJson;

/** One JSON object per line. The record's value is the line itself, never JSON that was parsed and printed. */
final class PlainLines implements LineFormat {
    private final ObjectReader json = RecordJson.mapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build()
            .readerFor(JsonNode.class);

    private final JsonPointer key;
    private final LineTimestamp timestamp;

    /** @param key where the record's key is in each line */
    PlainLines(JsonPointer key, LineTimestamp timestamp) {
        this.key = key;
        this.timestamp = timestamp;
    }

    @Override
    public FileRecord read(byte[] line) throws BadLineException {
        JsonNode node = parse(line);
        return new FileRecord(key(node).getBytes(UTF_8), timestamp.of(node, false), line, false);
    }

    private JsonNode parse(byte[] line) throws BadLineException {
        try {
            // From bytes, the parser would guess the encoding, and replace what is malformed.
            JsonNode node = json.readTree(LineFormat.decode(line));
            if (!node.isObject()) {
                throw new BadLineException("is JSON, but not an object");
            }
            return node;
        } catch (JsonProcessingException e) {
            throw BadLineException.unparsable(e);
        }
    }

    private String key(JsonNode line) throws BadLineException {
        JsonNode found = line.at(key);
        if (found.isMissingNode()
                || found.isNull()
                || found.isContainerNode()
                || found.asText().isEmpty()) {
            throw new BadLineException("has no text, number or boolean for the key at " + key);
        }
        return found.asText();
    }
}
