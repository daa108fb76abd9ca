package io.sidetrack.router.placement;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.sidetrack.common.json.RecordJson;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;

/**
 * What places a record within its lane: records with the same bytes here are on the same partition, in their order. Never
 * throws, whatever is in the record; one without such bytes is placed by its key, and one without a key anywhere.
 */
public sealed interface PartitionBy {
    /** The bytes; empty if the record is to be placed by its key. */
    Optional<byte[]> bytes(byte[] key, byte[] value, Headers headers);

    /** As producers do: by murmur2 of the key's bytes. */
    record Key() implements PartitionBy {
        @Override
        public Optional<byte[]> bytes(byte[] key, byte[] value, Headers headers) {
            return Optional.empty();
        }
    }

    /** By the last header of a name. */
    record ByHeader(String name) implements PartitionBy {
        @Override
        public Optional<byte[]> bytes(byte[] key, byte[] value, Headers headers) {
            return Optional.ofNullable(headers.lastHeader(name)).map(Header::value);
        }
    }

    /**
     * By a part of a JSON value: text by its characters, anything else by its JSON, so that {@code "7"} and {@code 7} are
     * together and {@code 7} and {@code 7.0} are not. Of a field that is there twice, the last counts. A value that is no JSON,
     * that is nested deeper than 1,000 levels, or whose part has a number of more than 1,000 digits has no such part. Only the
     * part itself is held in memory besides the value.
     */
    record ByValue(JsonPointer pointer) implements PartitionBy {
        private static final JsonMapper JSON = RecordJson.mapper().build();

        @Override
        public Optional<byte[]> bytes(byte[] key, byte[] value, Headers headers) {
            if (value == null) {
                return Optional.empty();
            }
            try (JsonParser in = JSON.createParser(value)) {
                in.nextToken();
                JsonNode part = part(in, pointer);
                return part.isMissingNode() || part.isNull()
                        ? Optional.empty()
                        : Optional.of((part.isTextual() ? part.textValue() : part.toString())
                                .getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                return Optional.empty();
            }
        }

        /** Reads the value at which the parser stands to its end, and returns the part of it; recursive by the pointer only. */
        private static JsonNode part(JsonParser in, JsonPointer at) throws IOException {
            if (at.matches()) {
                return in.readValueAsTree();
            }
            JsonNode part = MissingNode.getInstance();
            if (in.currentToken() == JsonToken.START_OBJECT) {
                while (in.nextToken() != JsonToken.END_OBJECT) {
                    boolean matches = at.matchesProperty(in.currentName());
                    in.nextToken();
                    part = matches ? part(in, at.tail()) : skipped(in, part);
                }
            } else if (in.currentToken() == JsonToken.START_ARRAY) {
                for (int i = 0; in.nextToken() != JsonToken.END_ARRAY; i++) {
                    part = at.matchesElement(i) ? part(in, at.tail()) : skipped(in, part);
                }
            }
            return part;
        }

        private static JsonNode skipped(JsonParser in, JsonNode part) throws IOException {
            in.skipChildren();
            return part;
        }
    }
}
