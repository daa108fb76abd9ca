package io.sidetrack.sandbox;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.crt.AwsCrtHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexUpdate;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Creates, reads and drops tables of a local endpoint. Thread-safe. */
public final class SandboxTables implements AutoCloseable {
    /** The sandbox's region; DynamoDB Local accepts any. */
    public static final String REGION = "us-east-1";

    /** The sandbox's access key and its secret; DynamoDB Local accepts any. */
    public static final String ACCESS_KEY = "sandbox";

    private final DynamoDbClient client;

    public SandboxTables(URI endpoint) {
        this.client = DynamoDbClient.builder()
                .endpointOverride(endpoint)
                .region(Region.of(REGION))
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, ACCESS_KEY)))
                .httpClientBuilder(AwsCrtHttpClient.builder())
                .build();
    }

    /** The environment variables that make a service use an endpoint of the sandbox. */
    public static Map<String, String> environment(URI endpoint) {
        return Map.of(
                "AWS_ENDPOINT_URL_DYNAMODB", endpoint.toString(),
                "AWS_REGION", REGION,
                "AWS_ACCESS_KEY_ID", ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY", ACCESS_KEY);
    }

    /** Creates a table with a partition key of type S. */
    public void create(String table, String partitionKey) {
        create(table, partitionKey, "S", Optional.empty(), "S");
    }

    /**
     * Creates a table, and returns when it is active.
     *
     * @param partitionType S, N or B
     * @param sortType S, N or B; ignored without a sort key
     */
    public void create(
            String table, String partitionKey, String partitionType, Optional<String> sortKey, String sortType) {
        List<AttributeDefinition> attributes = new ArrayList<>();
        List<KeySchemaElement> schema = new ArrayList<>();
        attributes.add(attribute(partitionKey, partitionType));
        schema.add(element(partitionKey, KeyType.HASH));
        sortKey.ifPresent(sort -> {
            attributes.add(attribute(sort, sortType));
            schema.add(element(sort, KeyType.RANGE));
        });
        client.createTable(request -> request.tableName(table)
                .attributeDefinitions(attributes)
                .keySchema(schema)
                .billingMode(BillingMode.PAY_PER_REQUEST));
        client.waiter().waitUntilTableExists(request -> request.tableName(table));
    }

    /**
     * A global secondary index with all attributes.
     *
     * @param partitionTypes S, N or B, by name of the attributes of its partition key; up to four on AWS
     * @param sortTypes those of its sort key; may be empty
     */
    public record Index(String name, Map<String, String> partitionTypes, Map<String, String> sortTypes) {
        private Map<String, String> types() {
            Map<String, String> types = new LinkedHashMap<>(partitionTypes);
            types.putAll(sortTypes);
            return types;
        }

        private List<KeySchemaElement> keys() {
            List<KeySchemaElement> keys = new ArrayList<>();
            partitionTypes.keySet().forEach(name -> keys.add(element(name, KeyType.HASH)));
            sortTypes.keySet().forEach(name -> keys.add(element(name, KeyType.RANGE)));
            return keys;
        }
    }

    /** Creates a table with a partition key of type S and global secondary indexes. */
    public void create(String table, String partitionKey, List<Index> indexes) {
        Map<String, String> types = new LinkedHashMap<>(Map.of(partitionKey, "S"));
        indexes.forEach(index -> types.putAll(index.types()));
        client.createTable(request -> request.tableName(table)
                .attributeDefinitions(attributes(types))
                .keySchema(element(partitionKey, KeyType.HASH))
                .globalSecondaryIndexes(indexes.stream()
                        .map(index -> GlobalSecondaryIndex.builder()
                                .indexName(index.name)
                                .keySchema(index.keys())
                                .projection(all -> all.projectionType(ProjectionType.ALL))
                                .build())
                        .toList())
                .billingMode(BillingMode.PAY_PER_REQUEST));
        client.waiter().waitUntilTableExists(request -> request.tableName(table));
    }

    /** Adds a global secondary index to a table. */
    public void addIndex(String table, Index index) {
        GlobalSecondaryIndexUpdate update = GlobalSecondaryIndexUpdate.builder()
                .create(create -> create.indexName(index.name)
                        .keySchema(index.keys())
                        .projection(all -> all.projectionType(ProjectionType.ALL)))
                .build();
        client.updateTable(request -> request.tableName(table)
                .attributeDefinitions(attributes(index.types()))
                .globalSecondaryIndexUpdates(update));
    }

    private static List<AttributeDefinition> attributes(Map<String, String> types) {
        return types.entrySet().stream()
                .map(type -> attribute(type.getKey(), type.getValue()))
                .toList();
    }

    private static AttributeDefinition attribute(String name, String type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.fromValue(type))
                .build();
    }

    private static KeySchemaElement element(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    /** Enables time to live on an attribute. */
    public void enableTimeToLive(String table, String attribute) {
        client.updateTimeToLive(
                request -> request.tableName(table).timeToLiveSpecification(setting -> setting.attributeName(attribute)
                        .enabled(true)));
    }

    /** Drops a table. */
    public void drop(String table) {
        client.deleteTable(request -> request.tableName(table));
    }

    /** Puts an item, as another program than the writer may do. */
    public void put(String table, Map<String, AttributeValue> item) {
        client.putItem(request -> request.tableName(table).item(item));
    }

    /** Puts up to 25 items with different keys. */
    public void putAll(String table, List<Map<String, AttributeValue>> items) {
        List<WriteRequest> left = items.stream()
                .map(item ->
                        WriteRequest.builder().putRequest(put -> put.item(item)).build())
                .toList();
        while (!left.isEmpty()) {
            List<WriteRequest> writes = left;
            left = client.batchWriteItem(request -> request.requestItems(Map.of(table, writes)))
                    .unprocessedItems()
                    .getOrDefault(table, List.of());
        }
    }

    /** Deletes an item, if it exists. */
    public void delete(String table, Map<String, AttributeValue> key) {
        client.deleteItem(request -> request.tableName(table).key(key));
    }

    /** All items of a table, by consistent reads. */
    public List<Map<String, AttributeValue>> scan(String table) {
        return client.scanPaginator(request -> request.tableName(table).consistentRead(true)).items().stream()
                .toList();
    }

    /** One item, by a consistent read; empty if there is none. */
    public Optional<Map<String, AttributeValue>> get(String table, Map<String, AttributeValue> key) {
        GetItemResponse response =
                client.getItem(request -> request.tableName(table).key(key).consistentRead(true));
        return response.hasItem() ? Optional.of(response.item()) : Optional.empty();
    }

    @Override
    public void close() {
        client.close();
    }
}
