package io.sidetrack.writer.buffer;

/**
 * What all buffers share about writes that an index or a hot key range throttles, while the table has capacity.
 *
 * @param indexes the indexes that throttle
 * @param budget the write units of these writes, in addition to the budget of all writes
 */
public record Throttled(ThrottledIndexes indexes, WriteBudget budget) {}
