package io.sidetrack.writer.table;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.schema.DescribedSchema;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.CrtRuntimeException;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;

/**
 * The connection to one table: its clients, its description and its calls. The SDK determines region, credentials and endpoint
 * from its own variables and files.
 */
public final class TableConnection implements AutoCloseable {
    private static final String SETTING = "WRITER_TABLE";
    private static final int DESCRIBE_ATTEMPTS = 2;

    private static final Logger log = LoggerFactory.getLogger(TableConnection.class);
    private static final Duration FIRST_CREDENTIALS_LIMIT = Duration.ofSeconds(30);
    private static final Duration PROBLEM_REMINDER = Duration.ofMinutes(1);

    private final SdkAsyncHttpClient http;
    private final DynamoDbAsyncClient client;
    private final ResolvedEndpoint endpoint;
    private final DefaultCredentialsProvider credentialsSource;
    private final CredentialsCache credentials;
    private final ServerClock clock;
    private final CallLimits limits;
    private final CallSlots slots;

    private TableConnection(
            SdkAsyncHttpClient http,
            DynamoDbAsyncClient client,
            ResolvedEndpoint endpoint,
            DefaultCredentialsProvider credentialsSource,
            CredentialsCache credentials,
            ServerClock clock,
            CallLimits limits) {
        this.http = http;
        this.client = client;
        this.endpoint = endpoint;
        this.credentialsSource = credentialsSource;
        this.credentials = credentials;
        this.clock = clock;
        this.limits = limits;
        this.slots = new CallSlots(limits.connections());
    }

    /**
     * Creates the clients; does not connect yet.
     *
     * @throws StartupException if no region is set, if the endpoint is invalid, or if the HTTP client's native library cannot be
     *     loaded
     */
    public static TableConnection open(CallLimits limits) {
        loadNativeLibrary();
        Duration timeout = limits.timeout();
        // One connection more than slots, because a call ends a moment before its connection is free again.
        SdkAsyncHttpClient http = AwsCrtAsyncHttpClient.builder()
                .maxConcurrency(limits.connections() + 1)
                .connectionTimeout(timeout)
                .tlsNegotiationTimeout(timeout)
                .connectionAcquisitionTimeout(timeout)
                .build();
        ResolvedEndpoint endpoint = new ResolvedEndpoint();
        ServerClock clock = new ServerClock(Clock.systemUTC());
        DefaultCredentialsProvider credentialsSource =
                DefaultCredentialsProvider.builder().build();
        CredentialsCache credentials = new CredentialsCache(
                credentialsSource,
                clock,
                // Shorter than the timeout of a call, so that a call without credentials fails for that reason.
                timeout.multipliedBy(3).dividedBy(4),
                new ProblemLog(log, System::nanoTime, PROBLEM_REMINDER));
        try {
            DynamoDbAsyncClient client = DynamoDbAsyncClient.builder()
                    .httpClient(http)
                    .credentialsProvider(credentials)
                    .overrideConfiguration(override -> override.retryStrategy(StandardRetryStrategy.builder()
                                    .maxAttempts(DESCRIBE_ATTEMPTS)
                                    .build())
                            .apiCallAttemptTimeout(timeout)
                            .apiCallTimeout(timeout.multipliedBy(DESCRIBE_ATTEMPTS + 1L))
                            .addExecutionInterceptor(endpoint))
                    .build();
            return new TableConnection(http, client, endpoint, credentialsSource, credentials, clock, limits);
        } catch (RuntimeException e) {
            credentials.close();
            credentialsSource.close();
            http.close();
            // The SDK throws a bare RuntimeException for an invalid endpoint.
            throw noClient(e);
        }
    }

    /**
     * Loads the HTTP client's native library, and keeps it until this process ends. Without this reference, the library ends in
     * its own JVM shutdown hook, and a drain on SIGTERM would never receive the responses that it waits for.
     */
    private static void loadNativeLibrary() {
        try {
            CRT.checkLoaded();
        } catch (CrtRuntimeException e) {
            throw new StartupException(
                    "java.io.tmpdir",
                    "the native library of the HTTP client cannot be unpacked there and loaded",
                    "Use a directory that is writable and allows execution (JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=DIR); on Linux,"
                            + " the library needs glibc.",
                    e);
        }
        CRT.acquireShutdownRef();
    }

    private static StartupException noClient(RuntimeException cause) {
        // The SDK's message lists every class that it has tried.
        if (String.valueOf(cause.getMessage()).contains("Unable to load region")) {
            return new StartupException(
                    "AWS_REGION",
                    "no AWS region found",
                    "Set AWS_REGION to the table's region, such as eu-central-1.",
                    cause);
        }
        return new StartupException(
                "AWS_ENDPOINT_URL_DYNAMODB",
                "no DynamoDB client can be created from the AWS_ settings (" + rootMessage(cause) + ")",
                "Correct the setting that the message is about.",
                cause);
    }

    /**
     * Reads the keys of the table and of its secondary indexes, and checks that the table can be written.
     *
     * @param comparesVersions whether to warn about what a global table does not promise
     * @throws StartupException if there is no such table, no credentials, no permission, or no response, or if the table
     *     cannot be written in its status
     */
    public TableSchema describe(String table, boolean comparesVersions) {
        TableDescription description;
        try {
            // The first credentials can take longer than a call may, because the code that fetches them is not loaded
            // yet.
            var unused = credentials.current(FIRST_CREDENTIALS_LIMIT).join();
            description = response(client.describeTable(request -> request.tableName(table)))
                    .table();
        } catch (CompletionException e) {
            throw refused(table, e.getCause());
        } catch (SdkClientException | NoCredentialsException e) {
            throw refused(table, e);
        }
        StartupChecks.status(table, description.tableStatus(), description.tableStatusAsString())
                .ifPresent(log::warn);
        if (comparesVersions) {
            StartupChecks.replicas(table, description).ifPresent(log::warn);
        }
        return DescribedSchema.of(table, description);
    }

    /**
     * Checks that the table's time to live removes the markers of deleted items, and no other items. Logs a warning if it
     * does not, or if that is unknown.
     *
     * @param versionAttribute the attribute that holds an item's version
     * @param marker the marker that replaces a deleted item, if any
     * @throws StartupException if DynamoDB would delete items by their version
     */
    public void checkTimeToLive(TableSchema schema, String versionAttribute, Optional<VersionStamp.Marker> marker) {
        TimeToLiveDescription description;
        try {
            description = response(client.describeTimeToLive(request -> request.tableName(schema.table())))
                    .timeToLiveDescription();
        } catch (CompletionException e) {
            log.warn(unchecked(schema.table(), e.getCause()));
            return;
        } catch (SdkClientException | NoCredentialsException e) {
            log.warn(unchecked(schema.table(), e));
            return;
        }
        StartupChecks.timeToLive(
                        schema,
                        versionAttribute,
                        marker,
                        new StartupChecks.TimeToLive(
                                description.timeToLiveStatus(), Optional.ofNullable(description.attributeName())))
                .ifPresent(log::warn);
    }

    /** The SDK has its own limits; this one covers a lost response that they do not detect. */
    private <T> T response(CompletableFuture<T> call) {
        return call.orTimeout(limits.timeout().toMillis() * (DESCRIBE_ATTEMPTS + 1), TimeUnit.MILLISECONDS)
                .join();
    }

    private static String unchecked(String table, Throwable cause) {
        String code = cause instanceof DynamoDbException error && error.awsErrorDetails() != null
                ? error.awsErrorDetails().errorCode()
                : cause.getClass().getSimpleName();
        return StartupChecks.uncheckedTimeToLive(table, code);
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
        if (cause instanceof DynamoDbException error) {
            return new StartupException(
                    subject,
                    "DynamoDB refused to describe it ("
                            + error.awsErrorDetails().errorCode() + ")",
                    "Correct the name and the credentials, and allow dynamodb:DescribeTable and what the writer's mode"
                            + " needs on it.",
                    cause);
        }
        Optional<NoCredentialsException> noCredentials = noCredentials(cause);
        if (noCredentials.isPresent()) {
            return new StartupException(
                    "AWS_ACCESS_KEY_ID",
                    "no AWS credentials found (" + noCredentials.get().getMessage() + ")",
                    "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or any other source of the AWS SDK.",
                    cause);
        }
        return new StartupException(
                subject,
                "DynamoDB does not respond (" + rootMessage(cause) + ")",
                "Check AWS_REGION, AWS_ENDPOINT_URL_DYNAMODB and the network.",
                cause);
    }

    private static Optional<NoCredentialsException> noCredentials(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof NoCredentialsException found) {
                return Optional.of(found);
            }
        }
        return Optional.empty();
    }

    /** The message of the root cause, which the SDK wraps in other exceptions. */
    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause().getMessage() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage()).replaceAll("\\.$", "");
    }

    /** The calls to the table. Valid after {@link #describe}, which resolves the endpoint. */
    public TableCalls calls(TableSchema schema, RequestEvents events, ProblemLog problems, LongSupplier nanoClock) {
        TableCall.Context context = new TableCall.Context(limits, slots, clock, events, problems, nanoClock);
        String region = client.serviceClientConfiguration().region().id();
        return new TableCalls(
                schema,
                operation -> new TableCall(
                        new SignedHttpClient(http, credentials, region, clock, endpoint.last(), operation),
                        operation,
                        schema.table(),
                        context),
                events,
                problems);
    }

    @Override
    public void close() {
        client.close();
        credentials.close();
        credentialsSource.close();
        http.close();
        CRT.releaseShutdownRef();
    }
}
