package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Batches;
import io.sidetrack.writer.buffer.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The connection to a table whose endpoint is slow, busy or silent. */
class TableConnectionTest {
    private static final String TABLE = "arn:aws:dynamodb:eu-central-1:123456789012:table/t";
    private static final CallLimits LIMITS = new CallLimits(Duration.ofSeconds(2), 2, 60);
    private static final Map<String, String> PROPERTIES =
            Map.of("aws.region", "eu-central-1", "aws.accessKeyId", "key", "aws.secretAccessKey", "secret");

    private final Map<String, String> before = new HashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger under = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();
    private final LogLines log = new LogLines();
    private volatile String status = "ACTIVE";
    private volatile long latencyMillis = 300;
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
        set(PROPERTIES);
        set(Map.of(
                "aws.endpointUrlDynamoDb",
                "http://localhost:" + server.getAddress().getPort()));
    }

    private void set(Map<String, String> properties) {
        properties.forEach((name, value) -> before.put(name, System.setProperty(name, value)));
    }

    @AfterEach
    void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }

    private void serve(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String target = exchange.getRequestHeaders().getFirst("X-Amz-Target");
        String answer = "{}";
        if (target.endsWith("DescribeTable")) {
            answer =
                    ("{\"Table\":{\"TableStatus\":\"%s\",\"KeySchema\":[{\"AttributeName\":\"id\",\"KeyType\":\"HASH\"}],"
                                    + "\"AttributeDefinitions\":[{\"AttributeName\":\"id\",\"AttributeType\":\"S\"}]}}")
                            .formatted(status);
        } else {
            most.accumulateAndGet(under.incrementAndGet(), Math::max);
            try {
                end.await(latencyMillis, TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            under.decrementAndGet();
        }
        byte[] body = answer.getBytes(UTF_8);
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private Table table(TableConnection connection) {
        TableSchema schema = connection.describe(TABLE, false);
        ProblemLog problems = new ProblemLog(log.logger(), System::nanoTime, Duration.ofMinutes(1));
        RequestEvents events = new RequestEvents() {
            @Override
            public void requestSent(String operation, int items) {}

            @Override
            public void itemsTried(String path, String result, int items) {}

            @Override
            public void requestCompleted(String outcome, long nanos) {}

            @Override
            public void statementFailed(String code) {}

            @Override
            public void throttled(ThrottlingReason reason) {}
        };
        return connection.calls(schema, events, problems, System::nanoTime).keepingExisting();
    }

    @Test
    void waitForOtherCallsDoesNotCountAgainstTheTimeout() {
        try (TableConnection connection = TableConnection.open(LIMITS)) {
            Table table = table(connection);
            long start = System.nanoTime();
            BatchOutcome outcome = table.write(Batches.puts(new int[25]))
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            assertThat(outcome).isEqualTo(new BatchOutcome.Each(Collections.nCopies(25, new Outcome.Written()), 0));
            // Two at a time, so the last ones have waited longer than a call may take.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(LIMITS.timeout());
            assertThat(most).hasValue(2);
            assertThat(log.all()).isEmpty();
        }
    }

    @Test
    void everyBatchToASilentTableGetsItsOutcomeInTime() {
        latencyMillis = 60_000;
        CallLimits limits = new CallLimits(Duration.ofMillis(200), 2, 25);
        try (TableConnection connection = TableConnection.open(limits)) {
            Table table = table(connection);
            long start = System.nanoTime();
            BatchOutcome outcome = table.write(Batches.puts(new int[25]))
                    .orTimeout(60, TimeUnit.SECONDS)
                    .join();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(table.maxWriteTime());
            assertThat(((BatchOutcome.Each) outcome).outcomes()).allMatch(Outcome.Retry.class::isInstance);
            // An abandoned call releases its connection. A busy machine may need longer than the limit for a response.
            latencyMillis = 0;
            await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(table.write(Batches.puts(1))
                            .orTimeout(60, TimeUnit.SECONDS)
                            .join())
                    .isEqualTo(new BatchOutcome.Each(List.of(new Outcome.Written()), 0)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "CREATING, the table is still being created",
        "DELETING, the table is being deleted",
        "INACCESSIBLE_ENCRYPTION_CREDENTIALS, DynamoDB cannot use"
    })
    void tableThatCannotBeWrittenIsRefused(String found, String message) {
        status = found;
        try (TableConnection connection = TableConnection.open(LIMITS)) {
            assertThatThrownBy(() -> connection.describe("t", true))
                    .isInstanceOf(StartupException.class)
                    .hasMessageStartingWith("WRITER_TABLE=t: " + message);
        }
    }

    @Test
    void unknownStatusDoesNotPreventTheStart() {
        status = "SOMETHING_NEW";
        try (TableConnection connection = TableConnection.open(LIMITS)) {
            assertThat(connection.describe("t", true).table()).isEqualTo("t");
        }
    }
}
