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

/** Calls of one operation on one table, each with a limit, counted, timed and logged. Thread-safe. */
final class TableCall {
    private static final String RETRIED = "; nothing is lost, trying again until it succeeds";

    private final Transport transport;
    private final Operation operation;
    private final String table;
    private final Surroundings surroundings;
    /** Kinds of problem that were reported; few, and never forgotten. */
    private final Set<String> reported = ConcurrentHashMap.newKeySet();

    /**
     * What the calls of all operations share.
     *
     * @param slots one for each connection
     */
    record Surroundings(
            CallLimits limits,
            CallSlots slots,
            ServerClock clock,
            RequestEvents events,
            ProblemLog problems,
            LongSupplier nanoClock) {}

    /** Makes something of an answer that says OK. */
    interface Reader<T> {
        /**
         * Reads a body.
         *
         * @throws IOException if it is not an answer to such a call
         */
        Read<T> read(byte[] body) throws IOException;
    }

    /**
     * What was read.
     *
     * @param outcome for the metrics: {@code ok}, {@code unprocessed} or {@code partly-failed}
     * @param statementErrors the error codes of the statements that failed
     */
    record Read<T>(T said, String outcome, List<String> statementErrors) {
        Read(T said, String outcome) {
            this(said, outcome, List.of());
        }
    }

    /** Either of two: what the table said, or why it said nothing. */
    interface Cases<T, R> {
        R said(T what);

        R failed(Failure failure);
    }

    TableCall(Transport transport, Operation operation, String table, Surroundings surroundings) {
        this.transport = transport;
        this.operation = operation;
        this.table = table;
        this.surroundings = surroundings;
    }

    /** The longest time that a call takes. */
    Duration longest() {
        return surroundings.limits.longestCall();
    }

    /**
     * Sends a call, as soon as it has a connection.
     *
     * @param body made when the call is sent
     * @param cases called on the thread that has the answer
     * @return completes with what {@code cases} make of it, within {@link #longest()}, and exceptionally only if the body
     *     cannot be made, or if {@code cases} throw
     */
    <T, R> CompletableFuture<R> send(Supplier<byte[]> body, Reader<T> reader, Cases<T, R> cases) {
        return surroundings.slots.run(() -> start(body.get(), reader, cases));
    }

    private <T, R> CompletableFuture<R> start(byte[] body, Reader<T> reader, Cases<T, R> cases) {
        long start = surroundings.nanoClock.getAsLong();
        // A reply can be lost in ways that no timeout of the HTTP client sees; then this is what ends the call.
        return transport
                .post(body)
                .orTimeout(surroundings.limits.timeout().toMillis(), TimeUnit.MILLISECONDS)
                .handle((answer, failure) -> {
                    long nanos = surroundings.nanoClock.getAsLong() - start;
                    return failure == null
                            ? answered(answer, reader, cases, nanos)
                            : cases.failed(reported(Failure.ofTransport(failure), nanos));
                });
    }

    private <T, R> R answered(SignedResponse answer, Reader<T> reader, Cases<T, R> cases, long nanos) {
        if (!answer.isOk()) {
            Failure failure = Failure.of(ErrorResponse.read(answer));
            failure.again().ifPresent(again -> corrected(again, answer));
            return cases.failed(reported(failure, nanos));
        }
        Read<T> read;
        try {
            read = reader.read(answer.body());
        } catch (IOException | RuntimeException e) {
            return cases.failed(reported(Failure.ofUnreadable(e), nanos));
        }
        surroundings.events.answered(read.outcome(), nanos);
        reportStatements(read.statementErrors());
        return cases.said(read.said());
    }

    private void corrected(Failure.Again again, SignedResponse answer) {
        if (again.isSignature()) {
            answer.date().ifPresent(surroundings.clock::refused);
        }
        if (again.isCredentials()) {
            transport.rejected(answer.signer());
        }
    }

    private Failure reported(Failure failure, long nanos) {
        surroundings.events.answered(failure.label(), nanos);
        failure.again()
                .ifPresentOrElse(
                        again -> report(
                                "calls to the table fail",
                                again.description() + RETRIED + (again.isOperators() ? remedy(again.code()) : "")),
                        this::over);
        return failure;
    }

    /** A statement's problem is one although the answer says OK, and this answer does not end it. */
    private void reportStatements(List<String> codes) {
        boolean none = true;
        for (String code : codes) {
            StatementError error = StatementError.of(code);
            surroundings.events.statementFailed(error.code());
            if (!error.keyExists()) {
                none = false;
                report(
                        "statements fail with " + error.code(),
                        "a statement has failed with " + code
                                + error.retryCause().map(cause -> RETRIED).orElse("; its item is put by itself")
                                + (error.isOperators() ? remedy(code) : ""));
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
        surroundings.problems.report(kind, "table %s, %s: %s".formatted(table, operation.code(), message));
    }

    /** A success, which ends the problems that have been quiet for long enough. */
    private void over() {
        reported.forEach(surroundings.problems::over);
    }
}
