package io.sidetrack.writer.table;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Calls of one operation on one table, each with a limit, counted and timed. Thread-safe. */
final class TableCall {
    private static final String PROBLEM = "writes to the table fail";

    private final SignedCalls calls;
    private final String table;
    private final Surroundings surroundings;

    /**
     * What the calls of all operations share.
     *
     * @param limit after which a call counts as lost, and its connection is closed
     */
    record Surroundings(
            Duration limit, ServerClock clock, RequestEvents events, ProblemLog problems, LongSupplier nanoClock) {}

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
     * @param outcome for the metrics: {@code ok} or {@code unprocessed}
     */
    record Read<T>(T said, String outcome, double writeUnits) {}

    /** Either of two: what the table said, or why it said nothing. */
    interface Cases<T, R> {
        R said(T what);

        R failed(Failure failure);
    }

    TableCall(SignedCalls calls, String table, Surroundings surroundings) {
        this.calls = calls;
        this.table = table;
        this.surroundings = surroundings;
    }

    /**
     * Sends a call.
     *
     * @param cases called on the thread that has the answer
     * @return completes with what {@code cases} make of it, within the limit, and exceptionally only if they throw
     */
    <T, R> CompletableFuture<R> send(byte[] body, Reader<T> reader, Cases<T, R> cases) {
        long start = surroundings.nanoClock.getAsLong();
        CompletableFuture<Answer> call;
        try {
            call = calls.post(body);
        } catch (RuntimeException e) {
            call = CompletableFuture.failedFuture(e);
        }
        // A reply can be lost in ways that no timeout of the HTTP client sees; then this is what ends the call.
        return call.orTimeout(surroundings.limit.toMillis(), TimeUnit.MILLISECONDS)
                .handle((answer, failure) -> {
                    long nanos = surroundings.nanoClock.getAsLong() - start;
                    return failure == null
                            ? answered(answer, reader, cases, nanos)
                            : cases.failed(reported(Failure.of(failure), nanos));
                });
    }

    private <T, R> R answered(Answer answer, Reader<T> reader, Cases<T, R> cases, long nanos) {
        if (!answer.isOk()) {
            Failure failure = Failure.of(ErrorAnswer.read(answer));
            if (failure.isSignature()) {
                answer.date().ifPresent(surroundings.clock::refused);
            }
            return cases.failed(reported(failure, nanos));
        }
        Read<T> read;
        try {
            read = reader.read(answer.body());
        } catch (IOException e) {
            // Whatever answered, it was not DynamoDB; the writes may have taken effect or not.
            return cases.failed(reported(Failure.of(e), nanos));
        }
        surroundings.events.answered(read.outcome(), nanos);
        surroundings.problems.over(PROBLEM);
        return cases.said(read.said());
    }

    private Failure reported(Failure failure, long nanos) {
        failure.outcome().match(new BatchOutcome.Cases() {
            @Override
            public void each(List<Outcome> outcomes, double countedUnits) {
                throw new IllegalStateException("a failed call has no outcome for each write");
            }

            @Override
            public void retryAll(RetryCause cause) {
                surroundings.events.answered(cause.code(), nanos);
                surroundings.problems.report(
                        PROBLEM,
                        "table %s: %s; nothing is lost, trying again until it succeeds"
                                .formatted(table, failure.code()));
            }

            @Override
            public void refused(String message) {
                surroundings.events.answered(failure.isConditionFailed() ? "condition-failed" : "refused", nanos);
            }
        });
        return failure;
    }
}
