package io.sidetrack.ops.cluster;

/**
 * What a partition holds.
 *
 * @param start offset of its first record
 * @param end offset behind its last one
 */
public record Span(long start, long end) {}
