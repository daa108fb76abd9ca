package io.sidetrack.writer.table;

import io.sidetrack.common.log.ProblemLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Sends the calls of one operation on one table, each with a time limit, and reports them in metrics and log. Thread-safe. */
final class TableCall {
    private static final String RETRIED = "; nothing is lost, the writer tries again until it succeeds";

    private final Transport transport;
    private final Operation operation;
    private final String table;
    private final Context context;
    /** The kinds of problem that were reported so far; there are only a few. */
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    /**
     * The dependencies that the calls of all operations share.
     *
     * @param slots a slot for each connection
     */
    record Context(
            CallLimits limits,
            CallSlots slots,
            ServerClock clock,
            RequestEvents events,
            ProblemLog problems,
            LongSupplier nanoClock) {}

    /** Parses the body of a successful response. */
    interface Parser<T> {
        /**
         * Parses a body.
         *
         * @throws IOException if it is not a response to such a call
         */
        Parsed<T> parse(byte[] body) throws IOException;
    }

    /**
     * A parsed response.
     *
     * @param outcome the outcome in the metrics: {@code ok}, {@code unprocessed} or {@code partly-failed}
     * @param statementErrors the error codes of the statements that failed
     */
    record Parsed<T>(T value, String outcome, List<String> statementErrors) {
        Parsed(T value, String outcome) {
            this(value, outcome, List.of());
        }
    }

    /** Converts a call's success or failure to a result. */
    interface Handler<T, R> {
        R succeeded(T response);

        R failed(Failure failure);
    }

    TableCall(Transport transport, Operation operation, String table, Context context) {
        this.transport = transport;
        this.operation = operation;
        this.table = table;
        this.context = context;
    }

    /** The longest time that a call takes. */
    Duration maxCallTime() {
        return context.limits.maxCallTime();
    }

    /**
     * Sends a call, as soon as it has a connection.
     *
     * @param items the items in the call
     * @param body makes the body when the call is sent
     * @param handler called on the thread that receives the response
     * @return completes with the handler's result within {@link #maxCallTime()}; exceptionally only if the body cannot be made
     *     or the handler throws
     */
    <T, R> CompletableFuture<R> send(int items, Supplier<byte[]> body, Parser<T> parser, Handler<T, R> handler) {
        return context.slots.run(() -> {
            context.events.requestSent(operation.code(), items);
            return start(body.get(), parser, handler);
        });
    }

    private <T, R> CompletableFuture<R> start(byte[] body, Parser<T> parser, Handler<T, R> handler) {
        long start = context.nanoClock.getAsLong();
        // A response can be lost in ways that no timeout of the HTTP client covers; then, this timeout ends the call.
        return transport
                .post(body)
                .orTimeout(context.limits.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .handle((response, failure) -> {
                    long nanos = context.nanoClock.getAsLong() - start;
                    return failure == null
                            ? completed(response, parser, handler, nanos)
                            : handler.failed(reported(Failure.ofTransport(failure), nanos));
                });
    }

    private <T, R> R completed(SignedResponse response, Parser<T> parser, Handler<T, R> handler, long nanos) {
        if (!response.isOk()) {
            Failure failure = Failure.of(ErrorResponse.read(response));
            failure.again().ifPresent(again -> corrected(again, response));
            return handler.failed(reported(failure, nanos));
        }
        Parsed<T> parsed;
        try {
            parsed = parser.parse(response.body());
        } catch (IOException | RuntimeException e) {
            return handler.failed(reported(Failure.ofUnreadable(e), nanos));
        }
        context.events.requestCompleted(parsed.outcome(), nanos);
        reportStatements(parsed.statementErrors());
        return handler.succeeded(parsed.value());
    }

    private void corrected(Failure.Again again, SignedResponse response) {
        if (again.isSignature()) {
            response.date().ifPresent(context.clock::signatureRejected);
        }
        if (again.isCredentials()) {
            transport.rejected(response.signer());
        }
    }

    private Failure reported(Failure failure, long nanos) {
        context.events.requestCompleted(failure.label(), nanos);
        failure.again().ifPresent(again -> again.throttlingReasons().forEach(context.events::throttled));
        failure.again()
                .ifPresentOrElse(
                        again -> report(
                                "calls to the table fail",
                                again.description() + RETRIED + (again.needsOperator() ? remedy(again.code()) : "")),
                        this::over);
        return failure;
    }

    /** Reports failed statements. A call with a failed statement succeeds, but does not end the problem. */
    private void reportStatements(List<String> codes) {
        boolean none = true;
        for (String code : codes) {
            StatementError error = StatementError.of(code);
            context.events.statementFailed(error.code());
            if (!error.isExpected()) {
                none = false;
                report(
                        "statements fail with " + error.code(),
                        "a statement has failed with " + code
                                + error.retryCause().map(cause -> RETRIED).orElse("; its item is put on its own")
                                + (error.needsOperator() ? remedy(code) : ""));
            }
        }
        if (none) {
            over();
        }
    }

    private String remedy(String code) {
        return ". " + TableRemedy.of(code, operation);
    }

    private void report(String what, String message) {
        String kind = what + " (" + operation.code() + ")";
        reported.add(kind);
        context.problems.report(kind, "table %s, %s: %s".formatted(table, operation.code(), message));
    }

    /** Ends the problems that have not occurred for long enough. */
    private void over() {
        reported.forEach(context.problems::over);
    }
}
