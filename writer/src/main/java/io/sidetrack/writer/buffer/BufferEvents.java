package io.sidetrack.writer.buffer;

import io.sidetrack.writer.model.Rejection;

/**
 * Hears what becomes of every record. Each one that was added or rejected ends in exactly one of {@link #written},
 * {@link #superseded}, {@link #stale}, {@link #deadLettered} or {@link #forgotten}. Called under the buffer's lock: must be quick.
 */
public interface BufferEvents {
    /** One more record came in. */
    void received();

    /** A record's write is durable. */
    void written();

    /** A record's write was replaced, unsent, by a newer one of its key. */
    void superseded();

    /** A record's write was skipped, because the table or the buffer has one of its key that takes precedence. */
    void stale();

    /** A record's dead letter was acknowledged. */
    void deadLettered(Rejection rejection);

    /** A record was dropped unwritten because its partition went to another owner, who reads it again. */
    void forgotten();

    /** A batch was answered, and is charged for. */
    void charged(double writeUnits);

    /** A batch goes out. */
    void sent(Batch batch);

    /** Writes go back to be tried again. */
    void retried(RetryCause cause, int writes);
}
