package io.sidetrack.mapping.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.SecondaryIndex;
import io.sidetrack.mapping.model.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.LocalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.Projection;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** What the writer reads from the description of a table. */
class DescribedSchemaTest {
    private static AttributeDefinition type(String name, String type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    /** @param keys such as {@code HASH:id} */
    private static List<KeySchemaElement> keys(String... keys) {
        return Arrays.stream(keys)
                .map(key -> key.split(":"))
                .map(key -> KeySchemaElement.builder()
                        .keyType(KeyType.fromValue(key[0]))
                        .attributeName(key[1])
                        .build())
                .toList();
    }

    private static Projection projection(ProjectionType type, String... attributes) {
        return Projection.builder()
                .projectionType(type)
                .nonKeyAttributes(attributes)
                .build();
    }

    @Test
    void globalAndLocalIndexesWithSeveralAttributesInTheirKeysAreRead() {
        TableDescription description = TableDescription.builder()
                .keySchema(keys("HASH:id", "RANGE:at"))
                .attributeDefinitions(
                        type("id", "S"),
                        type("at", "N"),
                        type("a", "S"),
                        type("b", "N"),
                        type("c", "B"),
                        type("d", "S"))
                .globalSecondaryIndexes(
                        GlobalSecondaryIndexDescription.builder()
                                .indexName("many")
                                .keySchema(keys("HASH:a", "HASH:b", "RANGE:c", "RANGE:d"))
                                .projection(projection(ProjectionType.INCLUDE, "x", "y"))
                                .build(),
                        GlobalSecondaryIndexDescription.builder()
                                .indexName("reverse")
                                .keySchema(keys("HASH:d", "RANGE:id"))
                                .projection(projection(ProjectionType.KEYS_ONLY))
                                .build())
                .localSecondaryIndexes(LocalSecondaryIndexDescription.builder()
                        .indexName("local")
                        .keySchema(keys("HASH:id", "RANGE:a"))
                        .projection(projection(ProjectionType.ALL))
                        .build())
                .build();

        TableSchema schema = DescribedSchema.of("t", description);

        assertThat(schema.keyAttributes()).extracting(KeyAttribute::name).containsExactly("id", "at");
        assertThat(schema.keyAttributes()).extracting(KeyAttribute::maxBytes).containsExactly(2048, 1024);
        assertThat(schema.indexes())
                .containsExactly(
                        new SecondaryIndex("many", List.of("a", "b", "c", "d"), Optional.of(List.of("x", "y"))),
                        new SecondaryIndex("reverse", List.of("d", "id"), Optional.of(List.of())),
                        new SecondaryIndex("local", List.of("id", "a"), Optional.empty()));
        // An attribute of several indexes has the lowest of their limits.
        assertThat(schema.indexKeys())
                .extracting(key -> key.name() + " " + key.type() + " " + key.maxBytes())
                .containsExactly("a S 1024", "b N 2048", "c B 1024", "d S 1024", "id S 1024");
    }
}
