package io.sidetrack.ops.verify;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.aws.AwsEndpoints;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** A table, for reading. Configured by the SDK's own variables, as in the writer. Thread-safe. */
final class TableAccess implements AutoCloseable {
    private static final Duration ATTEMPT = Duration.ofSeconds(10);
    private static final Duration CALL = Duration.ofSeconds(30);
    private static final int SERVER_ERROR = 500;

    private final DynamoDbClient client;
    private final String table;

    TableAccess(DynamoDbClient client, String table) {
        this.client = client;
        this.table = table;
    }

    /**
     * Opens a table, by name or ARN.
     *
     * @throws StartupException if an endpoint is not valid
     */
    static TableAccess open(String table, Map<String, String> environment) {
        AwsEndpoints.firstInvalid(environment).ifPresent(variable -> {
            throw new StartupException(variable, AwsEndpoints.PROBLEM, "Correct it: " + AwsEndpoints.REMEDY + ".");
        });
        try {
            return new TableAccess(
                    DynamoDbClient.builder()
                            .httpClientBuilder(UrlConnectionHttpClient.builder())
                            .overrideConfiguration(ClientOverrideConfiguration.builder()
                                    .apiCallAttemptTimeout(ATTEMPT)
                                    .apiCallTimeout(CALL)
                                    .retryStrategy(RetryMode.STANDARD)
                                    .build())
                            .build(),
                    table);
        } catch (SdkClientException e) {
            throw new StartupException(
                    "AWS", "no client can be created: " + firstLine(e), "Check AWS_REGION and the credentials.", e);
        }
    }

    /** Its name or ARN. */
    String table() {
        return table;
    }

    /** @throws OpsException if the table cannot be described */
    TableDescription describe() {
        try {
            return call("dynamodb:DescribeTable", dynamo -> dynamo.describeTable(request -> request.tableName(table))
                    .table());
        } catch (UnavailableException e) {
            throw new OpsException(
                    "table %s cannot be described (%s); check AWS_REGION, credentials and endpoint"
                            .formatted(table, e.getMessage()),
                    e);
        }
    }

    /**
     * Calls DynamoDB.
     *
     * @param permission the permission that the call needs, for messages
     * @throws UnavailableException if the call failed, but a retry may succeed
     * @throws OpsException if a retry would not help
     */
    <T> T call(String permission, Function<DynamoDbClient, T> request) {
        try {
            return request.apply(client);
        } catch (ResourceNotFoundException e) {
            throw new OpsException(
                    "table %s does not exist; correct --table (or WRITER_TABLE) and AWS_REGION".formatted(table), e);
        } catch (DynamoDbException e) {
            if (e.isThrottlingException() || e.statusCode() >= SERVER_ERROR) {
                throw new UnavailableException(e.isThrottlingException() ? "throttling" : firstLine(e), e);
            }
            throw new OpsException(
                    "table %s cannot be read (%s); check credentials and AWS_REGION, and allow %s"
                            .formatted(table, firstLine(e), permission),
                    e);
        } catch (SdkException e) {
            // Of the client, or of a service that provides credentials.
            throw new UnavailableException(firstLine(e), e);
        }
    }

    /** A failure that may end. */
    static final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        UnavailableException(String message, SdkException cause) {
            super(message, cause);
        }
    }

    private static String firstLine(SdkException e) {
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        return message.length() > 160 ? message.substring(0, 160) + "..." : message;
    }

    @Override
    public void close() {
        client.close();
    }
}
