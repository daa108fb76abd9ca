package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sidetrack.common.json.RecordJson;
import java.io.IOException;

/**
 * The lines of an export of a table to S3 in DynamoDB's JSON. The value of a record is the item as it is in the line, never JSON
 * that was parsed and printed.
 *
 * <pre>
 *   full          {"Item":{...}}
 *   incremental   {"Metadata":{...},"Keys":{...},"OldImage":{...},"NewImage":{...}}
 * </pre>
 *
 * In an incremental export, the images that do not exist are missing: without a new image, the item was deleted, and the record is a
 * tombstone.
 */
final class ExportLines implements LineFormat {
    private static final String ITEM = "Item";
    private static final String KEYS = "Keys";
    private static final String NEW_IMAGE = "NewImage";

    private final JsonMapper json = RecordJson.mapper()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();

    private final ExportKey key;
    private final LineTimestamp timestamp;

    ExportLines(ExportKey key, LineTimestamp timestamp) {
        this.key = key;
        this.timestamp = timestamp;
    }

    @Override
    public FileRecord read(byte[] line) throws BadLineException {
        String text = LineFormat.decode(line);
        if (text.startsWith("$ion")) {
            throw new BadLineException("is Amazon Ion: export the table in the format DynamoDB JSON");
        }
        try {
            return record(text, json.readTree(text));
        } catch (JsonProcessingException e) {
            throw BadLineException.unparsable(e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    private FileRecord record(String text, JsonNode line) throws BadLineException, IOException {
        boolean isFull = line.path(ITEM).isObject();
        if (isFull == line.path(KEYS).isObject()) {
            throw new BadLineException("is not a line of an export of DynamoDB: it has either an Item or Keys");
        }
        String image = isFull ? ITEM : NEW_IMAGE;
        if (line.has(image) && !line.path(image).isObject()) {
            throw new BadLineException("has a " + image + " that is not an object");
        }
        byte[] value = line.has(image) ? field(text, image).getBytes(UTF_8) : null;
        return new FileRecord(key.of(line.path(isFull ? ITEM : KEYS)), timestamp.of(line, true), value, value != null);
    }

    /** The text of a field of the line. */
    private String field(String text, String name) throws IOException {
        try (JsonParser in = json.createParser(text)) {
            in.nextToken();
            while (in.nextToken() == JsonToken.FIELD_NAME) {
                boolean found = in.currentName().equals(name);
                in.nextToken();
                int start = (int) in.currentTokenLocation().getCharOffset();
                in.skipChildren();
                if (found) {
                    return text.substring(start, (int) in.currentLocation().getCharOffset());
                }
            }
        }
        throw new IllegalStateException("a field was found, and then not");
    }
}
