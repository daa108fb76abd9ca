package io.sidetrack.writer.table;

import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Where batches go. Thread-safe. */
public interface Table {
    /**
     * Sends a batch, without waiting. Never throws.
     *
     * @return completes with the outcome, on any thread, within {@link #longestAnswer()}, and never exceptionally
     */
    CompletableFuture<BatchOutcome> write(Batch batch);

    /** The longest time until a batch has its outcome, over all calls that it takes and their waits for a connection. */
    Duration longestAnswer();
}
