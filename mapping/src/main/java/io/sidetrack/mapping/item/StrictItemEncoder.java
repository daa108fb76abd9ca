package io.sidetrack.mapping.item;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.TableSchema;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Encodes one JSON object, plain or in DynamoDB's JSON, as one DynamoDB item in a single pass, without building a tree. Collects
 * the key attributes and counts the item's size as DynamoDB does.
 *
 * <p>Used for one record, by one thread.
 */
final class StrictItemEncoder {
    /**
     * Levels of nested containers in an item. DynamoDB documents 32 levels, but not whether the item itself is one of them
     * (DynamoDB Local counts it). An item at the level in doubt is sent: the table can reject it on its own.
     */
    private static final int MAX_DEPTH = 32;

    static final int MAX_NAME_BYTES = 65_535;

    private final JsonParser in;
    private final JsonGenerator out;
    private final ItemValues values;
    private final TableSchema schema;
    private final Set<String> reserved;
    private final IndexSchema indexes;
    private final EmptyIndexKeys emptyIndexKeys;
    private final IndexSchema.Sizes sizes;
    private final Map<String, KeyValue> keys = new HashMap<>();
    private long bytes;

    /**
     * @param in positioned before the first token; rejects duplicate fields
     * @param values read the values from the same parser, and write to the same generator
     * @param reserved attributes that are omitted
     */
    StrictItemEncoder(
            JsonParser in,
            JsonGenerator out,
            ItemValues values,
            TableSchema schema,
            Set<String> reserved,
            IndexSchema indexes,
            EmptyIndexKeys emptyIndexKeys) {
        this.in = in;
        this.out = out;
        this.values = values;
        this.schema = schema;
        this.reserved = reserved;
        this.indexes = indexes;
        this.emptyIndexKeys = emptyIndexKeys;
        this.sizes = indexes.sizes();
    }

    /** Encodes the whole object, but leaves the item open so that attributes can be added. */
    void encodeOpen() throws IOException, RejectedException {
        JsonToken first = in.nextToken();
        if (first != JsonToken.START_OBJECT) {
            throw new RejectedException(
                    first == null ? Reason.NOT_JSON : Reason.NOT_AN_OBJECT,
                    first == null ? "the value is empty" : "the value is JSON, but not an object");
        }
        out.writeStartObject();
        while (in.nextToken() != JsonToken.END_OBJECT) {
            if (reserved.contains(in.currentName())) {
                in.nextToken();
                in.skipChildren();
                continue;
            }
            attribute();
        }
        if (in.nextToken() != null) {
            throw new RejectedException(Reason.NOT_JSON, "the value has content after the object, " + location(in));
        }
    }

    private void attribute() throws IOException, RejectedException {
        int number = indexes.number(in.currentName());
        KeyAttribute indexKey = indexes.key(number);
        if (indexKey != null) {
            indexKey(indexKey, number);
            return;
        }
        long before = bytes;
        String name = in.currentName();
        bytes += copyName(in, out);
        in.nextToken();
        KeyAttribute attribute = keyAttribute(name);
        if (attribute == null) {
            bytes += values.encode();
        } else {
            KeyValue key = values.key(attribute);
            keys.put(name, key);
            indexes.requireFits(attribute, key);
            writeKey(out, key);
            bytes += key.bytes();
        }
        sizes.set(number, bytes - before);
    }

    /** An item without a key of an index is legal: it is not in that index. An empty value is not. */
    private void indexKey(KeyAttribute attribute, int number) throws IOException, RejectedException {
        String name = in.currentName();
        in.nextToken();
        Optional<KeyValue> key = values.indexKey(attribute);
        if (key.isEmpty()) {
            if (emptyIndexKeys == EmptyIndexKeys.DROP) {
                return;
            }
            throw new RejectedException(attribute.empty(), attribute.description() + " is empty");
        }
        out.writeFieldName(name);
        writeKey(out, key.get());
        int size = Utf8.length(name, "an attribute name") + key.get().bytes();
        bytes += size;
        sizes.set(number, size);
    }

    /** Adds a key attribute that the object does not have. */
    void add(KeyAttribute attribute, KeyValue key) throws IOException, RejectedException {
        indexes.requireFits(attribute, key);
        out.writeFieldName(attribute.name());
        writeKey(out, key);
        int size = Utf8.length(attribute.name(), "an attribute name") + key.bytes();
        bytes += size;
        sizes.set(indexes.number(attribute.name()), size);
        keys.put(attribute.name(), key);
    }

    void close() throws IOException {
        out.writeEndObject();
        out.flush();
    }

    /** Returns the value of a key attribute; null if the item has none. */
    KeyValue key(KeyAttribute attribute) {
        return keys.get(attribute.name());
    }

    long bytes() {
        return bytes;
    }

    /** The sizes of the attributes that matter to secondary indexes. */
    IndexSchema.Sizes sizes() {
        return sizes;
    }

    private KeyAttribute keyAttribute(String name) {
        if (name.equals(schema.partitionKey().name())) {
            return schema.partitionKey();
        }
        return schema.sortKey().filter(sort -> sort.name().equals(name)).orElse(null);
    }

    static void writeKey(JsonGenerator out, KeyValue key) throws IOException {
        out.writeStartObject();
        out.writeStringField(key.type().name(), key.text());
        out.writeEndObject();
    }

    /** Copies the name of an attribute. @return its size */
    static int copyName(JsonParser in, JsonGenerator out) throws IOException, RejectedException {
        String name = in.currentName();
        int length = Utf8.length(name, "an attribute name");
        if (length == 0 || length > MAX_NAME_BYTES) {
            throw new RejectedException(
                    Reason.BAD_ATTRIBUTE_NAME, "an attribute name has %d bytes, %s".formatted(length, location(in)));
        }
        out.writeFieldName(name);
        return length;
    }

    /** Returns the level of a container's contents. */
    static int deeper(int depth, JsonParser in) throws RejectedException {
        if (depth == MAX_DEPTH) {
            throw new RejectedException(
                    Reason.TOO_DEEP, "the value is nested deeper than " + MAX_DEPTH + " levels, " + location(in));
        }
        return depth + 1;
    }

    /** Returns where the parser is, for a message. */
    static String location(JsonParser in) {
        return "at character " + in.currentLocation().getCharOffset();
    }
}
