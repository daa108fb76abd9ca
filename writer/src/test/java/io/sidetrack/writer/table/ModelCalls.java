package io.sidetrack.writer.table;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.TableSchema;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.slf4j.helpers.NOPLogger;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * The real {@code newest-wins} table on a {@link ModelDynamo}. Its calls wait as {@link Request}s until the test lets their
 * parts take effect and completes them, on the test's own thread.
 */
public final class ModelCalls {
    /** The version attribute of these tables. */
    public static final String VERSION = "v";

    private static final AwsCredentialsIdentity SIGNER = AwsCredentialsIdentity.create("key", "secret");

    private ModelCalls() {}

    /** The schema of the table, whose items are written by statements; with an ARN as its name, they are put one by one. */
    public static TableSchema schema(String table) {
        return new TableSchema(table, new KeyAttribute("id", KeyType.S, 2048), Optional.empty());
    }

    /**
     * Returns the table of one writer.
     *
     * @param updatesFirst whether the writer has learned that most keys exist
     * @param tried counts the items tried, by path and result
     */
    public static Table newestWinning(
            TableSchema schema,
            ModelDynamo model,
            boolean updatesFirst,
            Consumer<Request> sent,
            Map<String, Integer> tried) {
        RequestEvents events = new RequestEvents() {
            @Override
            public void requestSent(String operation, int items) {}

            @Override
            public void requestCompleted(String outcome, long nanos) {}

            @Override
            public void statementFailed(String code) {}

            @Override
            public void throttled(ThrottlingReason reason) {}

            @Override
            public void itemsTried(String path, String result, int items) {
                tried.merge(path + ' ' + result, items, Integer::sum);
            }
        };
        // No time passes in a simulation, so no call reaches this limit.
        CallLimits limits = new CallLimits(Duration.ofHours(1), 1000, 1000);
        TableCall.Context context = new TableCall.Context(
                limits,
                new CallSlots(limits.connections()),
                new ServerClock(Clock.systemUTC()),
                events,
                new ProblemLog(NOPLogger.NOP_LOGGER, () -> 0, Duration.ofHours(1)),
                () -> 0);
        FirstStatementPolicy policy = new FirstStatementPolicy();
        IntStream.range(0, updatesFirst ? FirstStatementPolicy.MAX_BATCHES_TO_ADAPT : 0)
                .forEach(batch -> policy.met(1, 0));
        GuardAttributes attributes = GuardAttributes.of(VERSION);
        return new GuardedTable(new GuardedTable.Calls(
                call(Operation.BATCH_EXECUTE_STATEMENT, schema, context, model, sent),
                call(Operation.PUT_ITEM, schema, context, model, sent),
                ConditionalPut.ifNewer(schema, VERSION),
                new Shapes(schema, Optional.of(attributes)),
                Optional.of(new GuardedTable.NewestWins(attributes, policy)),
                events));
    }

    private static TableCall call(
            Operation operation,
            TableSchema schema,
            TableCall.Context context,
            ModelDynamo model,
            Consumer<Request> sent) {
        Transport transport = new Transport() {
            @Override
            public CompletableFuture<SignedResponse> post(byte[] body) {
                Request request = new Request(operation, ModelJson.read(new String(body, UTF_8)), model);
                sent.accept(request);
                return request.reply;
            }

            @Override
            public void rejected(AwsCredentialsIdentity signer) {}
        };
        return new TableCall(transport, operation, schema.table(), context);
    }

    /** A call that has been sent: a put, or statements that take effect one by one. */
    public static final class Request {
        private final ModelDynamo model;
        private final Operation operation;
        private final List<Map<String, Object>> parts = new ArrayList<>();
        /** The response of each part that took effect, or whose condition failed. */
        private final String[] results;

        private final CompletableFuture<SignedResponse> reply = new CompletableFuture<>();

        private Request(Operation operation, Map<String, Object> body, ModelDynamo model) {
            this.model = model;
            this.operation = operation;
            if (operation == Operation.PUT_ITEM) {
                parts.add(body);
            } else {
                parts.addAll(ModelJson.list(body, "Statements"));
            }
            this.results = new String[parts.size()];
        }

        public int parts() {
            return parts.size();
        }

        /** Executes a part, at most once. */
        public void execute(int part) {
            if (results[part] == null) {
                results[part] = operation == Operation.PUT_ITEM
                        ? Boolean.toString(model.putIfNewer(parts.get(part)))
                        : model.execute(parts.get(part));
            }
        }

        /** Completes the call. A part that was not executed is throttled. */
        public void complete() {
            if (operation == Operation.PUT_ITEM) {
                String condition = "{\"__type\":\"x#ConditionalCheckFailedException\",\"message\":\"m\"}";
                String throttled = "{\"__type\":\"x#ThrottlingException\",\"message\":\"m\"}";
                if (results[0] != null && Boolean.parseBoolean(results[0])) {
                    respond(200, "{}");
                } else {
                    respond(400, results[0] == null ? throttled : condition);
                }
            } else {
                String[] all = Arrays.stream(results)
                        .map(result -> result == null ? "{\"Error\":{\"Code\":\"ThrottlingError\"}}" : result)
                        .toArray(String[]::new);
                respond(200, "{\"Responses\":[" + String.join(",", all) + "]}");
            }
        }

        /** Fails the call as a whole, whatever has taken effect. */
        public void lose() {
            reply.completeExceptionally(new IOException("lost"));
        }

        /** Drops the response, because it is too large, whatever has taken effect. */
        public void dropResponse() {
            reply.completeExceptionally(new ResponseTooLargeException(1));
        }

        private void respond(int status, String body) {
            reply.complete(new SignedResponse(status, body.getBytes(UTF_8), Optional.empty(), SIGNER));
        }
    }
}
