package io.sidetrack.writer.buffer;

import java.time.Duration;

/**
 * The bounds that a buffer keeps.
 *
 * @param batchSize writes in a batch, 1 to 25 (BatchWriteItem's own limit)
 * @param batchBytes JSON bytes in a batch; a single write above it still goes, alone
 * @param flushInterval how long a write may wait for its batch to fill while others are in flight
 * @param maxInFlight batches in flight, 1 or more
 * @param maxRecords records held, from which on the buffer is full
 * @param maxHeldBytes bytes held, from which on the buffer is full
 * @param readAhead the buffer is full as well when it holds more than is finished in this time at the recent rate, unless
 *     that is less than what it takes to keep all batches in flight; and when the records of all threads together cost more
 *     than the write budget allows in this time
 * @param precedence between writes of one key
 * @param maxRejectedPercent of the last 1,000 records; 100 for any number
 */
public record BufferLimits(
        int batchSize,
        int batchBytes,
        Duration flushInterval,
        int maxInFlight,
        long maxRecords,
        long maxHeldBytes,
        Duration readAhead,
        Precedence precedence,
        int maxRejectedPercent) {

    /** BatchWriteItem takes no more than this. */
    public static final int MAX_BATCH_SIZE = 25;

    /**
     * BatchWriteItem takes 16 MB (API reference); what the frame around the items needs is left free.
     */
    public static final int MAX_BATCH_BYTES = 15 * 1024 * 1024;

    public BufferLimits {
        if (batchSize < 1 || batchSize > MAX_BATCH_SIZE || maxInFlight < 1 || maxRecords < 1) {
            throw new IllegalArgumentException(
                    "batch size %d, in flight %d, records %d".formatted(batchSize, maxInFlight, maxRecords));
        }
    }
}
