package io.sidetrack.mapping.item;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sidetrack.common.record.DynamoDbJson;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.IndexEntries;
import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Maps records to writes: a JSON object puts an item, a tombstone deletes one. The object is plain JSON, or an item in DynamoDB's
 * JSON if a header marks it as such ({@link DynamoDbJson}). No record that a producer sends causes an exception. Stateless, and
 * therefore thread-safe.
 */
public final class ItemMapper {
    /** 400 KB, names and values together (service quota "Maximum item size"). */
    static final int MAX_ITEM_BYTES = 400 * 1024;

    private final TableSchema schema;
    private final KeySource keySource;
    private final StrictJson json = new StrictJson();
    private final KafkaKey kafkaKey;
    private final FastItemEncoder.Names names;
    private final IndexSchema indexes;
    private final EmptyIndexKeys emptyIndexKeys;
    private final Optional<VersionStamp> stamp;
    /** The writer's own attributes, which a producer cannot set. */
    private final Set<String> reserved;

    /** A mapper that rejects records with an empty index key. */
    ItemMapper(TableSchema schema, KeySource keySource, KafkaKeyFormat keyFormat, Optional<VersionStamp> stamp) {
        this(schema, keySource, keyFormat, EmptyIndexKeys.REJECT, stamp);
    }

    /** @param stamp adds the version to items; empty if items have none */
    public ItemMapper(
            TableSchema schema,
            KeySource keySource,
            KafkaKeyFormat keyFormat,
            EmptyIndexKeys emptyIndexKeys,
            Optional<VersionStamp> stamp) {
        this.schema = schema;
        this.keySource = keySource;
        this.emptyIndexKeys = emptyIndexKeys;
        this.stamp = stamp;
        this.reserved = stamp.map(VersionStamp::attributes).orElse(Set.of());
        this.names = FastItemEncoder.Names.of(schema, reserved);
        this.indexes = names.indexes();
        this.kafkaKey = new KafkaKey(schema, keyFormat, json);
    }

    /** Returns the write that a record describes, or why the record is rejected. */
    public MappingResult map(SourceRecord source) {
        try {
            return new MappingResult.Accepted(completed(source.value() == null ? delete(source) : put(source)));
        } catch (RejectedException e) {
            return new MappingResult.Rejected(source, e.rejection());
        }
    }

    /**
     * A write whose item does not have its version yet.
     *
     * @param sizes the sizes of the attributes that matter to secondary indexes
     */
    record Encoded(Write write, IndexSchema.Sizes sizes) {}

    /** Completes a write: adds the version to it, and its entries in secondary indexes. */
    Write completed(Encoded encoded) throws RejectedException {
        Write write = encoded.write;
        if (stamp.isEmpty()) {
            return write.kind() == Write.Kind.DELETE
                    ? write
                    : write.with(indexes.entries(encoded.sizes, write.itemBytes()));
        }
        Write stamped = stamp.get().on(write, indexes, encoded.sizes);
        requireSize(stamped.itemBytes());
        return stamped;
    }

    private Encoded delete(SourceRecord source) throws RejectedException {
        Map<String, KeyValue> key = kafkaKey.read(source.key());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        int size = 0;
        IndexSchema.Sizes sizes = indexes.sizes();
        try (JsonGenerator out = json.generator(bytes)) {
            out.writeStartObject();
            for (KeyAttribute attribute : schema.keyAttributes()) {
                KeyValue value = key.get(attribute.name());
                out.writeFieldName(attribute.name());
                StrictItemEncoder.writeKey(out, value);
                int bytesOfOne = Utf8.length(attribute.name(), "an attribute name") + value.bytes();
                size += bytesOfOne;
                sizes.set(indexes.number(attribute.name()), bytesOfOne);
                if (leavesMarker()) {
                    indexes.requireFits(attribute, value);
                }
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        Write write = new Write(
                keyOf(key),
                Write.Kind.DELETE,
                bytes.toByteArray(),
                size,
                Version.NONE,
                source,
                schema.indexes().isEmpty() ? IndexEntries.NONE : IndexEntries.UNKNOWN);
        return new Encoded(write, sizes);
    }

    private boolean leavesMarker() {
        return stamp.isPresent() && stamp.get().leavesMarker();
    }

    private Encoded put(SourceRecord source) throws RejectedException {
        byte[] value = source.value();
        Utf8.require(value, "the value");
        if (isTyped(source)) {
            return strictPut(source, value, true);
        }
        if (keySource == KeySource.VALUE) {
            FastItemEncoder fast = new FastItemEncoder(value, schema, names);
            if (fast.encode() && fast.bytes() <= MAX_ITEM_BYTES) {
                return new Encoded(
                        new Write(fast.key(), Write.Kind.PUT, fast.json(), (int) fast.bytes(), Version.NONE, source),
                        fast.sizes());
            }
        }
        return strictPut(source, value, false);
    }

    /** Whether a record's value is an item in DynamoDB's JSON. */
    static boolean isTyped(SourceRecord source) {
        List<RecordHeader> headers = source.headers();
        for (int i = headers.size() - 1; i >= 0; i--) {
            if (headers.get(i).key().equals(DynamoDbJson.HEADER)) {
                return DynamoDbJson.isMark(headers.get(i).value());
            }
        }
        return false;
    }

    /**
     * Encodes, or rejects, what {@link FastItemEncoder} does not encode.
     *
     * @param typed whether the value is in DynamoDB's JSON
     */
    Encoded strictPut(SourceRecord source, byte[] value, boolean typed) throws RejectedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length + value.length / 2 + 32);
        try (JsonParser in = json.parser(value);
                JsonGenerator out = json.generator(bytes)) {
            ItemValues values = typed ? new TypedValues(in, out) : new PlainValues(in, out);
            StrictItemEncoder item = new StrictItemEncoder(in, out, values, schema, reserved, indexes, emptyIndexKeys);
            item.encodeOpen();
            if (keySource == KeySource.KAFKA_KEY) {
                addKey(item, kafkaKey.read(source.key()));
            }
            ItemKey key = keyOf(item);
            item.close();
            requireSize(item.bytes());
            return new Encoded(
                    new Write(key, Write.Kind.PUT, bytes.toByteArray(), (int) item.bytes(), Version.NONE, source),
                    item.sizes());
        } catch (IOException e) {
            throw JsonProblem.rejected(e, "the value");
        }
    }

    static void requireSize(long bytes) throws RejectedException {
        if (bytes > MAX_ITEM_BYTES) {
            throw new RejectedException(
                    Reason.ITEM_TOO_LARGE, "the item has %d bytes; the limit is %d".formatted(bytes, MAX_ITEM_BYTES));
        }
    }

    private void addKey(StrictItemEncoder item, Map<String, KeyValue> fromKafkaKey)
            throws IOException, RejectedException {
        for (KeyAttribute attribute : schema.keyAttributes()) {
            KeyValue fromValue = item.key(attribute);
            KeyValue fromKey = fromKafkaKey.get(attribute.name());
            if (fromValue == null) {
                item.add(attribute, fromKey);
            } else if (!fromValue.canonical().equals(fromKey.canonical())) {
                throw new RejectedException(
                        Reason.KEY_CONTRADICTED,
                        "key attribute " + attribute.name() + " differs between the value and the Kafka key");
            }
        }
    }

    private ItemKey keyOf(StrictItemEncoder item) throws RejectedException {
        for (KeyAttribute attribute : schema.keyAttributes()) {
            if (item.key(attribute) == null) {
                throw new RejectedException(
                        Reason.KEY_MISSING, "key attribute " + attribute.name() + " is missing in the value");
            }
        }
        return new ItemKey(
                item.key(schema.partitionKey()).canonical(),
                schema.sortKey().map(sort -> item.key(sort).canonical()).orElse(""));
    }

    private ItemKey keyOf(Map<String, KeyValue> key) {
        return new ItemKey(
                key.get(schema.partitionKey().name()).canonical(),
                schema.sortKey().map(sort -> key.get(sort.name()).canonical()).orElse(""));
    }
}
