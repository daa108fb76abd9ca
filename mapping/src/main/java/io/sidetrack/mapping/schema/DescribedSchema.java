package io.sidetrack.mapping.schema;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.SecondaryIndex;
import io.sidetrack.mapping.model.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** Reads the keys of a table and of its secondary indexes from the table's description. */
public final class DescribedSchema {
    private static final int MAX_PARTITION_KEY_BYTES = 2048;
    private static final int MAX_SORT_KEY_BYTES = 1024;

    private final String table;
    private final Map<String, KeyType> types = new HashMap<>();
    private final List<SecondaryIndex> indexes = new ArrayList<>();
    /** By name; an attribute that belongs to several indexes has the lowest of their limits. */
    private final Map<String, KeyAttribute> indexKeys = new LinkedHashMap<>();

    private DescribedSchema(String table, TableDescription description) {
        this.table = table;
        for (AttributeDefinition attribute : description.attributeDefinitions()) {
            types.put(attribute.attributeName(), KeyType.valueOf(attribute.attributeTypeAsString()));
        }
    }

    /**
     * Returns the keys of a table.
     *
     * @throws StartupException if the table's key has an element of unknown type
     */
    public static TableSchema of(String table, TableDescription description) {
        return new DescribedSchema(table, description).read(description);
    }

    private TableSchema read(TableDescription description) {
        KeyAttribute partition = null;
        KeyAttribute sort = null;
        for (KeySchemaElement element : description.keySchema()) {
            KeyAttribute key = attribute(element, Optional.empty());
            if (element.keyType() == software.amazon.awssdk.services.dynamodb.model.KeyType.HASH) {
                partition = key;
            } else {
                sort = key;
            }
        }
        for (GlobalSecondaryIndexDescription index : description.globalSecondaryIndexes()) {
            add(index.indexName(), index.keySchema(), index.projection());
        }
        for (LocalSecondaryIndexDescription index : description.localSecondaryIndexes()) {
            add(index.indexName(), index.keySchema(), index.projection());
        }
        return new TableSchema(
                table, partition, Optional.ofNullable(sort), List.copyOf(indexes), List.copyOf(indexKeys.values()));
    }

    private void add(String name, List<KeySchemaElement> elements, Projection projection) {
        List<String> keys = new ArrayList<>();
        for (KeySchemaElement element : elements) {
            KeyAttribute key = attribute(element, Optional.of(name));
            keys.add(key.name());
            indexKeys.merge(key.name(), key, (one, other) -> one.maxBytes() <= other.maxBytes() ? one : other);
        }
        indexes.add(new SecondaryIndex(name, List.copyOf(keys), included(projection)));
    }

    /** A projection of unknown type counts as that of all attributes. */
    private static Optional<List<String>> included(Projection projection) {
        ProjectionType type = projection == null ? ProjectionType.ALL : projection.projectionType();
        return switch (type) {
            case KEYS_ONLY -> Optional.of(List.of());
            case INCLUDE -> Optional.of(List.copyOf(projection.nonKeyAttributes()));
            case ALL, UNKNOWN_TO_SDK_VERSION -> Optional.empty();
        };
    }

    private KeyAttribute attribute(KeySchemaElement element, Optional<String> index) {
        String name = element.attributeName();
        return switch (element.keyType()) {
            case HASH -> new KeyAttribute(name, types.get(name), MAX_PARTITION_KEY_BYTES, index);
            case RANGE -> new KeyAttribute(name, types.get(name), MAX_SORT_KEY_BYTES, index);
            default ->
                throw new StartupException(
                        "WRITER_TABLE=" + table,
                        "%s key has an element of unknown type %s"
                                .formatted(
                                        index.map(some -> "the " + some + " index's")
                                                .orElse("its"),
                                        element.keyTypeAsString()),
                        "Use a table whose keys consist of partition and sort keys.");
        };
    }
}
