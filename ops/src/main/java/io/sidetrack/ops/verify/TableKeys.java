package io.sidetrack.ops.verify;

import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.schema.DescribedSchema;
import java.math.BigDecimal;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * Converts keys of a table between the mapping's form and the SDK's. Immutable.
 *
 * @param schema the table's keys
 */
record TableKeys(TableSchema schema) {
    /** The keys of a table as DynamoDB describes it. */
    static TableKeys of(String name, TableDescription table) {
        return new TableKeys(DescribedSchema.of(name, table));
    }

    /** The key attributes of a key. */
    Map<String, AttributeValue> attributes(ItemKey key) {
        Map<String, AttributeValue> attributes = new LinkedHashMap<>();
        attributes.put(schema.partitionKey().name(), value(schema.partitionKey(), key.partition()));
        schema.sortKey().ifPresent(sort -> attributes.put(sort.name(), value(sort, key.sort())));
        return attributes;
    }

    private static AttributeValue value(KeyAttribute attribute, String canonical) {
        return switch (attribute.type()) {
            case S -> AttributeValue.fromS(canonical);
            case N -> AttributeValue.fromN(canonical);
            case B ->
                AttributeValue.fromB(
                        SdkBytes.fromByteArrayUnsafe(Base64.getDecoder().decode(canonical)));
        };
    }

    /** The key of an item. */
    ItemKey of(Map<String, AttributeValue> item) {
        return new ItemKey(
                canonical(schema.partitionKey(), item),
                schema.sortKey().map(sort -> canonical(sort, item)).orElse(""));
    }

    private static String canonical(KeyAttribute attribute, Map<String, AttributeValue> item) {
        AttributeValue value = item.get(attribute.name());
        return switch (attribute.type()) {
            case S -> value.s();
            case N -> ItemKey.canonical(new BigDecimal(value.n()));
            case B -> Base64.getEncoder().encodeToString(value.b().asByteArrayUnsafe());
        };
    }

    /** A key as text, such as {@code id=a, at=5}. */
    String text(ItemKey key) {
        return schema.partitionKey().name() + "=" + key.partition()
                + schema.sortKey()
                        .map(sort -> ", " + sort.name() + "=" + key.sort())
                        .orElse("");
    }
}
