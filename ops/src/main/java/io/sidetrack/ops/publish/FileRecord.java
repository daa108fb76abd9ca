package io.sidetrack.ops.publish;

import java.util.Optional;

/**
 * A record as {@code publish} sends it.
 *
 * @param timestampMs in ms since 1970; empty for the time of sending
 * @param value null for a tombstone
 * @param isItem whether the value is an item in DynamoDB's JSON, which a header marks
 */
public record FileRecord(byte[] key, Optional<Long> timestampMs, byte[] value, boolean isItem) {
    /** Whether the record deletes its item. */
    public boolean isTombstone() {
        return value == null;
    }
}
