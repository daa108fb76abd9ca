package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;

/**
 * Receives the events of a buffer. Each record that is received ends in exactly one of {@link #written},
 * {@link #superseded}, {@link #stale}, {@link #deadLettered}, {@link #parked}, {@link #discarded} or {@link #forgotten}.
 * Called under the buffer's lock, so implementations must not block.
 */
public interface BufferEvents {
    /** The buffer received a record. */
    void received();

    /** A record's write is durable. */
    void written(SourceRecord record);

    /** A record's write was replaced, before it was sent, by a newer write of the same key. */
    void superseded(SourceRecord record);

    /** A record's write was skipped, because the table or the buffer has a write of the same key that takes precedence. */
    void stale(SourceRecord record);

    /** A record's dead letter was acknowledged. */
    void deadLettered(SourceRecord record, Rejection rejection);

    /** A record of a paused or cancelled backfill was acknowledged by the parked topic. */
    void parked(SourceRecord record);

    /** A record of a cancelled backfill was dropped, as the operator has decided. */
    void discarded(SourceRecord record);

    /** A record was dropped before it was written, because its partition was lost. The new owner reads it again. */
    void forgotten();

    /** A batch is completed; this is its cost. */
    void charged(double writeUnits);

    /** A batch is sent. */
    void sent(Batch batch);

    /** Writes failed and will be retried. */
    void retried(RetryCause cause, int writes);
}
