package io.sidetrack.ops.cluster;

/**
 * The first record of a partition with the timestamp of an instant or later.
 *
 * @param timestampMs its timestamp, in ms since 1970
 */
public record FirstRecord(long offset, long timestampMs) {}
