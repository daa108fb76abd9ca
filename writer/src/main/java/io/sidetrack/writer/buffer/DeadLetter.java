package io.sidetrack.writer.buffer;

import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;

/**
 * A record that cannot be written and must be sent to the dead-letter topic.
 *
 * @param sinceNanos when the record was received, in nanoseconds of the buffer's clock
 */
public record DeadLetter(SourceRecord source, Rejection rejection, long sinceNanos) {}
