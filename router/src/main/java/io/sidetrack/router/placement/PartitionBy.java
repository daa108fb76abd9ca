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
import org.apache.kafka.common.utils.Utils;

/**
 * What determines a record's partition within its lane: records with the same partition key go to the same partition, in
 * order. Never throws, whatever the record contains. A record without a partition key is partitioned by its key, and a record
 * without a key can go to any partition.
 */
public sealed interface PartitionBy {
    /** The partition key of a record; empty if its key determines the partition. */
    Optional<byte[]> partitionKey(byte[] key, byte[] value, Headers headers);

    /** The partition for a partition key: by murmur2, as producers choose it for a key. */
    static int partition(byte[] partitionKey, int partitions) {
        return Utils.toPositive(Utils.murmur2(partitionKey)) % partitions;
    }

    /** By the record's key, as producers do. */
    record Key() implements PartitionBy {
        @Override
        public Optional<byte[]> partitionKey(byte[] key, byte[] value, Headers headers) {
            return Optional.empty();
        }
    }

    /** By the last header of a certain name. */
    record ByHeader(String name) implements PartitionBy {
        @Override
        public Optional<byte[]> partitionKey(byte[] key, byte[] value, Headers headers) {
            return Optional.ofNullable(headers.lastHeader(name)).map(Header::value);
        }
    }

    /**
     * By a part of a JSON value. Text is compared by its characters, anything else by its JSON: {@code "7"} and {@code 7} are
     * the same partition key, {@code 7} and {@code 7.0} are not. If a field occurs twice, the last one counts. There is no
     * partition key if the value is not JSON, is nested deeper than 1,000 levels, or has a number of more than 1,000 digits in
     * that part. Only the part is held in memory besides the value.
     */
    record ByValue(JsonPointer pointer) implements PartitionBy {
        private static final JsonMapper JSON = RecordJson.mapper().build();

        @Override
        public Optional<byte[]> partitionKey(byte[] key, byte[] value, Headers headers) {
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

        /** Reads the parser's current value to its end and returns the part. The recursion is as deep as the pointer. */
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
