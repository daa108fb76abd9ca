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
 * A table whose every answer is an outcome, in time, even if there is a fault in the code that makes the calls and reads
 * the answers. A batch without an outcome would be in flight forever, and so would be everything that waits for it.
 */
final class FailsafeTable implements Table {
    private static final String PROBLEM = "a batch has no outcome";
    /** The limits of the calls come first; this one is for a fault in them. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    private final Table table;
    private final String name;
    private final ProblemLog problems;

    /** @param name for the log */
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
        return outcome.orTimeout(longestAnswer().toMillis(), TimeUnit.MILLISECONDS)
                .handle((some, failure) -> failure == null && some != null ? some : lost(failure));
    }

    @Override
    public Duration longestAnswer() {
        return table.longestAnswer().plus(MARGIN);
    }

    /** The writes may have taken effect or not. */
    private BatchOutcome lost(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        problems.report(
                PROBLEM,
                "table %s: a batch has no outcome (%s); nothing is lost, it is tried again. This is a fault in the writer:"
                                .formatted(name, description(cause))
                        + " report it");
        return new BatchOutcome.RetryAll(
                cause instanceof TimeoutException ? RetryCause.TIMEOUT : RetryCause.CONNECTION);
    }

    /** The kind of exception and the place that has thrown it, because its message can contain values. */
    private static String description(Throwable cause) {
        if (cause == null) {
            return "none was given";
        }
        StackTraceElement[] trace = cause.getStackTrace();
        return cause.getClass().getSimpleName() + (trace.length == 0 ? "" : " at " + trace[0]);
    }
}
