package io.sidetrack.writer.table;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.RetryCause;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A table that completes every batch with an outcome in time, even if the code that makes the calls and reads the responses
 * has a defect. A batch without an outcome would be in flight forever, and everything that waits for it would wait forever.
 */
final class FailsafeTable implements Table {
    private static final String PROBLEM = "a batch has no outcome";
    /** The calls have their own limits, which are reached first; this one covers a defect in them. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final Table table;
    private final String name;
    private final ProblemLog problems;

    /** @param name the table's name in the log */
    FailsafeTable(Table table, String name, ProblemLog problems) {
        this.table = table;
        this.name = name;
        this.problems = problems;
    }

    @Override
    public CompletableFuture<BatchOutcome> write(Batch batch) {
        CompletableFuture<BatchOutcome> outcome;
        try {
            outcome = table.write(batch);
        } catch (RuntimeException | Error e) {
            outcome = CompletableFuture.failedFuture(e);
        }
        return outcome.orTimeout(maxWriteTime().toMillis(), TimeUnit.MILLISECONDS)
                .handle((some, failure) -> failure == null && some != null ? some : lost(failure));
    }

    @Override
    public Duration maxWriteTime() {
        return table.maxWriteTime().plus(MARGIN);
    }

    /** The writes may have taken effect or not. */
    private BatchOutcome lost(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        problems.report(
                PROBLEM,
                "table %s: a batch has no outcome (%s); nothing is lost, the writer tries again. This is a defect of the writer;"
                                .formatted(name, description(cause))
                        + " please report it");
        return new BatchOutcome.RetryAll(
                cause instanceof TimeoutException ? RetryCause.TIMEOUT : RetryCause.CONNECTION);
    }

    /** The kind of the exception and where it was thrown. Without its message, which can contain values. */
    private static String description(Throwable cause) {
        if (cause == null) {
            return "no result";
        }
        StackTraceElement[] trace = cause.getStackTrace();
        return cause.getClass().getSimpleName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }
}
