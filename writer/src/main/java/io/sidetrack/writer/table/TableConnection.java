package io.sidetrack.writer.table;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.writer.item.KeyAttribute;
import io.sidetrack.writer.item.KeyType;
import io.sidetrack.writer.item.TableSchema;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/**
 * The client of one table, and what the table says of itself at start-up. Region, credentials and endpoint are the SDK's
 * business: its variables and files are the settings.
 */
public final class TableConnection implements AutoCloseable {
    private static final String SETTING = "WRITER_TABLE";
    private static final int DESCRIBE_ATTEMPTS = 2;
    private static final int MAX_PARTITION_KEY_BYTES = 2048;
    private static final int MAX_SORT_KEY_BYTES = 1024;

    private final SdkAsyncHttpClient http;
    private final DynamoDbAsyncClient client;
    private final ResolvedEndpoint endpoint;
    private final Duration requestTimeout;
    private final ServerClock clock = new ServerClock(Clock.systemUTC());

    private TableConnection(
            SdkAsyncHttpClient http, DynamoDbAsyncClient client, ResolvedEndpoint endpoint, Duration requestTimeout) {
        this.http = http;
        this.client = client;
        this.endpoint = endpoint;
        this.requestTimeout = requestTimeout;
    }

    /**
     * Makes the client; does not connect yet.
     *
     * @param requestTimeout for a call, after which its connection is closed
     * @param maxCalls how many there will be at a time
     * @throws StartupException if no region is set
     */
    public static TableConnection open(Duration requestTimeout, int maxCalls) {
        // The HTTP client's native library ends itself in a JVM shutdown hook of its own, and would take the answers
        // with it that a drain on SIGTERM waits for, unless somebody holds on to it.
        CRT.acquireShutdownRef();
        SdkAsyncHttpClient http = AwsCrtAsyncHttpClient.builder()
                .maxConcurrency(maxCalls + 1)
                .connectionTimeout(requestTimeout)
                .build();
        ResolvedEndpoint endpoint = new ResolvedEndpoint();
        try {
            DynamoDbAsyncClient client = DynamoDbAsyncClient.builder()
                    .httpClient(http)
                    .overrideConfiguration(override -> override.retryStrategy(StandardRetryStrategy.builder()
                                    .maxAttempts(DESCRIBE_ATTEMPTS)
                                    .build())
                            .apiCallAttemptTimeout(requestTimeout)
                            .apiCallTimeout(requestTimeout.multipliedBy(DESCRIBE_ATTEMPTS + 1L))
                            .addExecutionInterceptor(endpoint))
                    .build();
            return new TableConnection(http, client, endpoint, requestTimeout);
        } catch (RuntimeException e) {
            http.close();
            // The SDK has no exception of its own for this: a bad endpoint is a bare RuntimeException.
            throw notMade(e);
        }
    }

    private static StartupException notMade(RuntimeException cause) {
        // The SDK's own message lists every class that it has asked.
        if (String.valueOf(cause.getMessage()).contains("Unable to load region")) {
            return new StartupException(
                    "AWS_REGION",
                    "no AWS region found",
                    "Set AWS_REGION to the table's region, such as eu-central-1.",
                    cause);
        }
        return new StartupException(
                "AWS_ENDPOINT_URL_DYNAMODB",
                "no DynamoDB client can be made of the AWS_ settings (" + rootMessage(cause) + ")",
                "Correct the setting that the message is about.",
                cause);
    }

    /**
     * Asks the table for its key.
     *
     * @throws StartupException if there is no such table, no credentials, no permission, or no answer
     */
    public TableSchema describe(String table) {
        return schema(table, ask(table));
    }

    private TableDescription ask(String table) {
        try {
            return client.describeTable(request -> request.tableName(table))
                    .orTimeout(requestTimeout.toMillis() * (DESCRIBE_ATTEMPTS + 1), TimeUnit.MILLISECONDS)
                    .join()
                    .table();
        } catch (CompletionException e) {
            throw refused(table, e.getCause());
        } catch (SdkClientException e) {
            throw refused(table, e);
        }
    }

    private static StartupException refused(String table, Throwable cause) {
        String subject = SETTING + "=" + table;
        if (cause instanceof ResourceNotFoundException) {
            return new StartupException(
                    subject,
                    "there is no such table in this region and account",
                    "Create it, or correct " + SETTING + ", AWS_REGION or the credentials.",
                    cause);
        }
        if (cause instanceof DynamoDbException answer) {
            return new StartupException(
                    subject,
                    "DynamoDB refused to describe it ("
                            + answer.awsErrorDetails().errorCode() + ")",
                    "Correct the name and the credentials, and allow dynamodb:DescribeTable and what the writer's mode"
                            + " needs on it.",
                    cause);
        }
        if (cause.getMessage() != null && cause.getMessage().contains("credentials")) {
            return new StartupException(
                    "AWS_ACCESS_KEY_ID",
                    "no AWS credentials found",
                    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or any other source of the AWS SDK.",
                    cause);
        }
        return new StartupException(
                subject,
                "DynamoDB does not answer (" + rootMessage(cause) + ")",
                "Check AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB and the network.",
                cause);
    }

    /** The SDK wraps what happened into what it was doing. */
    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause().getMessage() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).replaceAll("\\.$", "");
    }

    private static TableSchema schema(String table, TableDescription description) {
        Map<String, KeyType> types = new HashMap<>();
        for (AttributeDefinition attribute : description.attributeDefinitions()) {
            types.put(attribute.attributeName(), KeyType.valueOf(attribute.attributeTypeAsString()));
        }
        KeyAttribute partition = null;
        KeyAttribute sort = null;
        for (KeySchemaElement element : description.keySchema()) {
            String name = element.attributeName();
            switch (element.keyType()) {
                case HASH -> partition = new KeyAttribute(name, types.get(name), MAX_PARTITION_KEY_BYTES);
                case RANGE -> sort = new KeyAttribute(name, types.get(name), MAX_SORT_KEY_BYTES);
                default ->
                    throw new StartupException(
                            SETTING + "=" + table,
                            "its key has a part of unknown kind " + element.keyTypeAsString(),
                            "Use a table with a partition key and at most one sort key.");
            }
        }
        return new TableSchema(table, partition, Optional.ofNullable(sort));
    }

    /** The table's calls, once it was described. */
    public TableCalls calls(TableSchema schema, RequestEvents events, ProblemLog problems, LongSupplier nanoClock) {
        TableCall.Surroundings surroundings =
                new TableCall.Surroundings(requestTimeout, clock, events, problems, nanoClock);
        return new TableCalls(
                schema,
                operation -> new TableCall(
                        new SignedCalls(
                                http,
                                client.serviceClientConfiguration().credentialsProvider(),
                                client.serviceClientConfiguration().region().id(),
                                clock,
                                endpoint.last(),
                                operation),
                        schema.table(),
                        surroundings));
    }

    @Override
    public void close() {
        client.close();
        http.close();
        CRT.releaseShutdownRef();
    }
}
