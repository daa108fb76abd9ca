package io.sidetrack.writer.table;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import io.sidetrack.writer.item.TableSchema;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** A table of DynamoDB, written by BatchWriteItem. */
final class DynamoTable implements Table {
    private static final String PROBLEM = "writes to the table fail";

    private final SignedCalls calls;
    private final TableSchema schema;
    private final BatchBody body;
    private final Duration callLimit;
    private final ServerClock clock;
    private final RequestEvents events;
    private final ProblemLog problems;
    private final LongSupplier nanoClock;

    /** @param callLimit after which a call counts as lost, and its connection is closed */
    DynamoTable(
            SignedCalls calls,
            TableSchema schema,
            Duration callLimit,
            ServerClock clock,
            RequestEvents events,
            ProblemLog problems,
            LongSupplier nanoClock) {
        this.calls = calls;
        this.schema = schema;
        this.body = new BatchBody(schema.table());
        this.callLimit = callLimit;
        this.clock = clock;
        this.events = events;
        this.problems = problems;
        this.nanoClock = nanoClock;
    }

    @Override
    public CompletableFuture<BatchOutcome> write(Batch batch) {
        long start = nanoClock.getAsLong();
        CompletableFuture<Answer> call;
        try {
            call = calls.post(body.of(batch));
        } catch (RuntimeException e) {
            call = CompletableFuture.failedFuture(e);
        }
        // A reply can be lost in ways that no timeout of the HTTP client sees; then this is what ends the call.
        return call.orTimeout(callLimit.toMillis(), TimeUnit.MILLISECONDS).handle((answer, failure) -> {
            long nanos = nanoClock.getAsLong() - start;
            return failure == null ? answered(batch, answer, nanos) : failed(Failure.of(failure), nanos);
        });
    }

    private BatchOutcome answered(Batch batch, Answer answer, long nanos) {
        if (!answer.isOk()) {
            Failure failure = Failure.of(ErrorAnswer.read(answer));
            if (failure.isSignature()) {
                answer.date().ifPresent(clock::refused);
            }
            return failed(failure, nanos);
        }
        try {
            BatchAnswer said = BatchAnswer.read(answer.body(), schema);
            events.consumed(said.writeUnits());
            events.answered(said.leftOver().isEmpty() ? "ok" : "unprocessed", nanos);
            problems.over(PROBLEM);
            return Unprocessed.outcome(batch, said.leftOver());
        } catch (IOException e) {
            // Whatever answered, it was not DynamoDB; the writes may have taken effect or not.
            return failed(Failure.of(e), nanos);
        }
    }

    private BatchOutcome failed(Failure failure, long nanos) {
        failure.outcome().match(new BatchOutcome.Cases() {
            @Override
            public void each(List<Outcome> outcomes) {
                throw new IllegalStateException("a failed call has no outcome for each write");
            }

            @Override
            public void retryAll(RetryCause cause) {
                events.answered(cause.code(), nanos);
                problems.report(
                        PROBLEM,
                        "table %s: %s; nothing is lost, trying again until it succeeds"
                                .formatted(schema.table(), failure.code()));
            }

            @Override
            public void refused(String message) {
                events.answered("refused", nanos);
            }
        });
        return failure.outcome();
    }
}
