package io.sidetrack.writer.table;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.sidetrack.common.json.RecordJson;
import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.TableSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The response to a BatchWriteItem call that succeeded.
 *
 * @param leftOver the keys of the {@code UnprocessedItems}, which DynamoDB returns as items rather than positions
 * @param writeUnits the consumed write units
 */
record BatchWriteResponse(List<ItemKey> leftOver, double writeUnits) {
    private static final JsonFactory JSON = RecordJson.factory().build();

    /** @throws IOException if the body is not a response to a batch */
    static BatchWriteResponse read(byte[] body, TableSchema schema) throws IOException {
        List<ItemKey> leftOver = new ArrayList<>();
        double writeUnits = 0;
        try (JsonParser in = JSON.createParser(body)) {
            ConsumedCapacity.require(in.nextToken(), JsonToken.START_OBJECT);
            for (String field = in.nextFieldName(); field != null; field = in.nextFieldName()) {
                in.nextToken();
                switch (field) {
                    case "UnprocessedItems" -> readTables(in, schema, leftOver);
                    case "ConsumedCapacity" -> writeUnits += ConsumedCapacity.read(in);
                    default -> in.skipChildren();
                }
            }
            ConsumedCapacity.require(in.currentToken(), JsonToken.END_OBJECT);
        }
        return new BatchWriteResponse(leftOver, writeUnits);
    }

    private static void readTables(JsonParser in, TableSchema schema, List<ItemKey> leftOver) throws IOException {
        // A call has only one table. It is named here even if the call used its ARN.
        for (String table = in.nextFieldName(); table != null; table = in.nextFieldName()) {
            ConsumedCapacity.require(in.nextToken(), JsonToken.START_ARRAY);
            while (in.nextToken() == JsonToken.START_OBJECT) {
                leftOver.add(readRequest(in, schema));
            }
        }
    }

    /** {@code {"PutRequest":{"Item":{…}}}} or {@code {"DeleteRequest":{"Key":{…}}}}. */
    private static ItemKey readRequest(JsonParser in, TableSchema schema) throws IOException {
        Map<String, String> keys = new HashMap<>();
        in.nextFieldName();
        ConsumedCapacity.require(in.nextToken(), JsonToken.START_OBJECT);
        in.nextFieldName();
        ConsumedCapacity.require(in.nextToken(), JsonToken.START_OBJECT);
        for (String name = in.nextFieldName(); name != null; name = in.nextFieldName()) {
            ConsumedCapacity.require(in.nextToken(), JsonToken.START_OBJECT);
            KeyAttribute attribute = attribute(schema, name);
            if (attribute == null) {
                in.skipChildren();
            } else {
                in.nextFieldName();
                keys.put(name, canonical(attribute.type(), in.nextTextValue()));
                ConsumedCapacity.require(in.nextToken(), JsonToken.END_OBJECT);
            }
        }
        ConsumedCapacity.require(in.nextToken(), JsonToken.END_OBJECT);
        ConsumedCapacity.require(in.nextToken(), JsonToken.END_OBJECT);
        if (keys.size() < schema.keyAttributes().size()) {
            throw new IOException("an unprocessed item without its key");
        }
        return new ItemKey(
                keys.get(schema.partitionKey().name()),
                schema.sortKey().map(attribute -> keys.get(attribute.name())).orElse(""));
    }

    private static KeyAttribute attribute(TableSchema schema, String name) {
        return schema.keyAttributes().stream()
                .filter(attribute -> attribute.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static String canonical(KeyType type, String value) throws IOException {
        if (value == null) {
            throw new IOException("a key that is not a string");
        }
        return type == KeyType.N ? ItemKey.canonical(new BigDecimal(value)) : value;
    }
}
