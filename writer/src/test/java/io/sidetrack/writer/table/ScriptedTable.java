package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** A table whose responses come from a script instead of DynamoDB. Counts and logs like the real one. */
final class ScriptedTable implements RequestEvents {
    static final Duration TIMEOUT = Duration.ofMillis(500);
    /** The time without a problem after which it has ended. */
    static final Duration QUIET = Duration.ofMinutes(1);

    static final AwsCredentialsIdentity SIGNER = AwsCredentialsIdentity.create("key", "secret");

    final LogLines log = new LogLines();
    final List<ThrottlingReason> throttlings = new CopyOnWriteArrayList<>();
    final List<String> outcomes = new CopyOnWriteArrayList<>();
    /** The items sent, by operation. */
    final Map<String, Integer> sent = new ConcurrentHashMap<>();
    /** The items tried, by path and result. */
    final Map<String, Integer> tried = new ConcurrentHashMap<>();

    final Map<String, Integer> statementErrors = new ConcurrentHashMap<>();
    final List<AwsCredentialsIdentity> rejected = new CopyOnWriteArrayList<>();
    private final BiFunction<Operation, String, CompletableFuture<SignedResponse>> script;
    final AtomicLong problemNanos = new AtomicLong();
    private final ProblemLog problems = new ProblemLog(log.logger(), problemNanos::get, QUIET);
    private final TableCall.Context context;
    private final String table;

    /** @param script returns the response to a call, by its operation and body */
    ScriptedTable(String table, BiFunction<Operation, String, CompletableFuture<SignedResponse>> script) {
        this.table = table;
        this.script = script;
        CallLimits limits = new CallLimits(TIMEOUT, 2, 4);
        this.context = new TableCall.Context(
                limits,
                new CallSlots(limits.connections()),
                new ServerClock(Clock.systemUTC()),
                this,
                problems,
                System::nanoTime);
    }

    TableCalls calls() {
        TableSchema schema = new TableSchema(table, new KeyAttribute("id", KeyType.S, 2048), Optional.empty());
        return new TableCalls(
                schema, operation -> new TableCall(new Scripted(operation), operation, table, context), this, problems);
    }

    private final class Scripted implements Transport {
        private final Operation operation;

        Scripted(Operation operation) {
            this.operation = operation;
        }

        @Override
        public CompletableFuture<SignedResponse> post(byte[] body) {
            return script.apply(operation, new String(body, UTF_8));
        }

        @Override
        public void rejected(AwsCredentialsIdentity signer) {
            rejected.add(signer);
        }
    }

    /** The outcome of a batch; fails if the table takes longer than it promises. */
    static BatchOutcome outcome(Table table, Batch batch) {
        return table.write(batch)
                .orTimeout(table.maxWriteTime().toMillis() + 5000, TimeUnit.MILLISECONDS)
                .join();
    }

    @Override
    public void requestCompleted(String outcome, long nanos) {
        outcomes.add(outcome);
    }

    @Override
    public void requestSent(String operation, int items) {
        sent.merge(operation, items, Integer::sum);
    }

    @Override
    public void itemsTried(String path, String result, int items) {
        tried.merge(path + ' ' + result, items, Integer::sum);
    }

    @Override
    public void statementFailed(String code) {
        statementErrors.merge(code, 1, Integer::sum);
    }

    @Override
    public void throttled(ThrottlingReason reason) {
        throttlings.add(reason);
    }

    static CompletableFuture<SignedResponse> response(int status, String body) {
        return CompletableFuture.completedFuture(
                new SignedResponse(status, body.getBytes(UTF_8), Optional.empty(), SIGNER));
    }

    /** A response to a batch of statements; an empty code is a success. */
    static CompletableFuture<SignedResponse> statements(double units, String... codes) {
        List<String> responses = new ArrayList<>();
        for (String code : codes) {
            responses.add(
                    code.isEmpty()
                            ? "{\"TableName\":\"t\"}"
                            : "{\"Error\":{\"Code\":\"" + code + "\",\"Message\":\"m\"},\"TableName\":\"t\"}");
        }
        return response(
                200,
                "{\"ConsumedCapacity\":[{\"CapacityUnits\":" + units + ",\"TableName\":\"t\"}],\"Responses\":["
                        + String.join(",", responses) + "]}");
    }

    /** A response to a put that takes effect. */
    static CompletableFuture<SignedResponse> written(double units) {
        return response(200, "{\"ConsumedCapacity\":{\"CapacityUnits\":" + units + ",\"TableName\":\"t\"}}");
    }

    static CompletableFuture<SignedResponse> error(String code, String more) {
        return response(
                400,
                "{\"__type\":\"com.amazonaws.dynamodb.v20120810#" + code + "\"," + more
                        + "\"message\":\"The request\"}");
    }
}
