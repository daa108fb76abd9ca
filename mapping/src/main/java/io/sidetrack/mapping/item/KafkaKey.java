package io.sidetrack.mapping.item;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.TableSchema;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Reads the table's key from a Kafka key. Stateless, and therefore thread-safe. */
final class KafkaKey {
    private final TableSchema schema;
    private final boolean isJson;
    private final StrictJson json;

    KafkaKey(TableSchema schema, KafkaKeyFormat format, StrictJson json) {
        this.schema = schema;
        this.isJson = format == KafkaKeyFormat.JSON
                || (format == KafkaKeyFormat.AUTO && schema.sortKey().isPresent());
        this.json = json;
    }

    /** Returns the values of all key attributes, by name. */
    Map<String, KeyValue> read(byte[] key) throws RejectedException {
        if (key == null) {
            throw new RejectedException(Reason.KEY_MISSING, "the record has no Kafka key");
        }
        return isJson ? fromJson(key) : Map.of(schema.partitionKey().name(), fromBytes(key));
    }

    private KeyValue fromBytes(byte[] key) throws RejectedException {
        KeyAttribute attribute = schema.partitionKey();
        String what = "the Kafka key";
        if (key.length == 0) {
            throw new RejectedException(Reason.KEY_EMPTY, what + " is empty");
        }
        return switch (attribute.type()) {
            case S -> KeyValue.string(attribute, Utf8.decode(key, what));
            case B -> KeyValue.binary(attribute, key);
            case N -> KeyValue.number(attribute, NumberText.canonical(Utf8.decode(key, what), what));
        };
    }

    private Map<String, KeyValue> fromJson(byte[] key) throws RejectedException {
        Utf8.require(key, "the Kafka key");
        Map<String, KeyValue> values = new HashMap<>();
        try (JsonParser in = json.parser(key)) {
            if (in.nextToken() != JsonToken.START_OBJECT) {
                throw new RejectedException(Reason.NOT_JSON, "the Kafka key is not a JSON object");
            }
            while (in.nextToken() != JsonToken.END_OBJECT) {
                String name = in.currentName();
                in.nextToken();
                for (KeyAttribute attribute : schema.keyAttributes()) {
                    if (attribute.name().equals(name)) {
                        values.put(name, KeyJson.value(in, attribute));
                    }
                }
                in.skipChildren();
            }
            if (in.nextToken() != null) {
                throw new RejectedException(Reason.NOT_JSON, "the Kafka key has content after the object");
            }
        } catch (IOException e) {
            throw JsonProblem.rejected(e, "the Kafka key");
        }
        for (KeyAttribute attribute : schema.keyAttributes()) {
            if (!values.containsKey(attribute.name())) {
                throw new RejectedException(
                        Reason.KEY_MISSING, "key attribute " + attribute.name() + " is missing in the Kafka key");
            }
        }
        return values;
    }
}
