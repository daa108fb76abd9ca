package io.sidetrack.writer.buffer;

import io.sidetrack.writer.model.Rejection;
import io.sidetrack.writer.model.SourceRecord;

/**
 * A record that cannot be written, on its way to the dead-letter topic.
 *
 * @param sinceNanos when the record was taken in, in ns of the buffer's clock
 */
public record DeadLetter(SourceRecord source, Rejection rejection, long sinceNanos) {}
