package io.sidetrack.writer.table;

import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import java.util.concurrent.CompletableFuture;

/** Where batches go. Thread-safe. */
public interface Table {
    /**
     * Sends a batch, without waiting.
     *
     * @return completes with the outcome, on any thread, within a bounded time, and never exceptionally
     */
    CompletableFuture<BatchOutcome> write(Batch batch);
}
