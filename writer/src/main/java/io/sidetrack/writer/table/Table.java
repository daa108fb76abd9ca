package io.sidetrack.writer.table;

import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A table that receives batches. Thread-safe. */
public interface Table {
    /**
     * Sends a batch, without waiting. Never throws.
     *
     * @return completes with the outcome, on any thread, within {@link #maxWriteTime()}, and never exceptionally
     */
    CompletableFuture<BatchOutcome> write(Batch batch);

    /** The longest time until a batch has its outcome: the time of all its calls and their waits for a connection. */
    Duration maxWriteTime();
}
