package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.SourceRecord;

/**
 * A record of a paused or cancelled backfill, which must be sent to the parked topic.
 *
 * @param sinceNanos when the record was received, in nanoseconds of the buffer's clock
 */
public record ParkedRecord(SourceRecord source, long sinceNanos) {}
