package io.sidetrack.mapping.item;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Version;
import io.sidetrack.mapping.model.Write;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Maps records to writes: a JSON object puts an item, a tombstone deletes one. No record that a producer sends causes an
 * exception. Stateless, and therefore thread-safe.
 */
public final class ItemMapper {
    /** 400 KB, names and values together (service quota "Maximum item size"). */
    static final int MAX_ITEM_BYTES = 400 * 1024;

    private final TableSchema schema;
    private final KeySource keySource;
    private final StrictJson json = new StrictJson();
    private final KafkaKey kafkaKey;
    private final FastItemEncoder.Names names;
    private final Optional<VersionStamp> stamp;
    /** The writer's own attributes, which a producer cannot set. */
    private final Set<String> reserved;

    /** @param stamp adds the version to items; empty if items have none */
    public ItemMapper(TableSchema schema, KeySource keySource, KafkaKeyFormat keyFormat, Optional<VersionStamp> stamp) {
        this.schema = schema;
        this.keySource = keySource;
        this.stamp = stamp;
        this.reserved = stamp.map(VersionStamp::attributes).orElse(Set.of());
        this.names = FastItemEncoder.Names.of(schema, reserved);
        this.kafkaKey = new KafkaKey(schema, keyFormat, json);
    }

    /** Returns the write that a record describes, or why the record is rejected. */
    public MappingResult map(SourceRecord source) {
        try {
            Write write = source.value() == null ? delete(source) : put(source);
            return new MappingResult.Accepted(stamp.isEmpty() ? write : stamped(write));
        } catch (RejectedException e) {
            return new MappingResult.Rejected(source, e.rejection());
        }
    }

    private Write stamped(Write write) throws RejectedException {
        Write stamped = stamp.orElseThrow().on(write);
        requireSize(stamped.itemBytes());
        return stamped;
    }

    private Write delete(SourceRecord source) throws RejectedException {
        Map<String, KeyValue> key = kafkaKey.read(source.key());
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(64);
        int size = 0;
        try (JsonGenerator out = json.generator(bytes)) {
            out.writeStartObject();
            for (KeyAttribute attribute : schema.keyAttributes()) {
                KeyValue value = key.get(attribute.name());
                out.writeFieldName(attribute.name());
                StrictItemEncoder.writeKey(out, value);
                size += Utf8.length(attribute.name(), "an attribute name") + value.bytes();
            }
            out.writeEndObject();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return new Write(keyOf(key), Write.Kind.DELETE, bytes.toByteArray(), size, Version.NONE, source);
    }

    private Write put(SourceRecord source) throws RejectedException {
        byte[] value = source.value();
        Utf8.require(value, "the value");
        if (keySource == KeySource.VALUE) {
            FastItemEncoder fast = new FastItemEncoder(value, schema, names);
            if (fast.encode() && fast.bytes() <= MAX_ITEM_BYTES) {
                return new Write(fast.key(), Write.Kind.PUT, fast.json(), (int) fast.bytes(), Version.NONE, source);
            }
        }
        return strictPut(source, value);
    }

    /** Encodes, or rejects, what {@link FastItemEncoder} does not encode. */
    Write strictPut(SourceRecord source, byte[] value) throws RejectedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(value.length + value.length / 2 + 32);
        try (JsonParser in = json.parser(value);
                JsonGenerator out = json.generator(bytes)) {
            StrictItemEncoder item = new StrictItemEncoder(in, out, schema, reserved);
            item.encodeOpen();
            if (keySource == KeySource.KAFKA_KEY) {
                addKey(item, kafkaKey.read(source.key()));
            }
            ItemKey key = keyOf(item);
            item.close();
            requireSize(item.bytes());
            return new Write(key, Write.Kind.PUT, bytes.toByteArray(), (int) item.bytes(), Version.NONE, source);
        } catch (IOException e) {
            throw JsonProblem.rejected(e, "the value");
        }
    }

    private static void requireSize(long bytes) throws RejectedException {
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
