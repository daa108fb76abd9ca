package io.sidetrack.writer.buffer;

import java.time.Duration;

/**
 * The limits of a buffer.
 *
 * @param batchSize the maximum number of writes in a batch, 1 to 25 (the limit of BatchWriteItem)
 * @param batchBytes the maximum number of JSON bytes in a batch; a larger write is sent alone
 * @param flushInterval how long a write may wait for its batch to fill while other batches are in flight
 * @param maxInFlight the maximum number of batches in flight, 1 or more
 * @param maxRecords the number of held records at which the buffer is full
 * @param maxHeldBytes the number of held bytes at which the buffer is full
 * @param readAhead the buffer is also full when it holds more records than it finishes in this time at the recent rate,
 *     unless that is too few to keep all batches in flight, and when the records of all threads together cost more than the
 *     write budget allows in this time
 * @param precedence decides between two writes of the same key
 * @param maxRejectedPercent the share of the last 1,000 records that may be rejected; 100 for no limit
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

    /** The maximum number of items in a BatchWriteItem call. */
    public static final int MAX_BATCH_SIZE = 25;

    /**
     * The maximum number of JSON bytes in a batch. BatchWriteItem accepts 16 MB (API reference); the rest is left for the
     * frame around the items.
     */
    public static final int MAX_BATCH_BYTES = 15 * 1024 * 1024;

    public BufferLimits {
        if (batchSize < 1 || batchSize > MAX_BATCH_SIZE || maxInFlight < 1 || maxRecords < 1) {
            throw new IllegalArgumentException(
                    "batch size %d, in flight %d, records %d".formatted(batchSize, maxInFlight, maxRecords));
        }
    }
}
