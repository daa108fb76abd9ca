package io.sidetrack.router.place;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
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
     * together and {@code 7} and {@code 7.0} are not.
     */
    record ByValue(JsonPointer pointer) implements PartitionBy {
        private static final JsonMapper JSON = JsonMapper.builder().build();

        @Override
        public Optional<byte[]> bytes(byte[] key, byte[] value, Headers headers) {
            if (value == null) {
                return Optional.empty();
            }
            try {
                JsonNode part = JSON.readTree(value).at(pointer);
                return part.isMissingNode() || part.isNull()
                        ? Optional.empty()
                        : Optional.of((part.isTextual() ? part.textValue() : part.toString())
                                .getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                return Optional.empty();
            }
        }
    }
}
