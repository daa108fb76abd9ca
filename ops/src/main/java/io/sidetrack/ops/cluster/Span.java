package io.sidetrack.ops.cluster;

/**
 * What a partition holds.
 *
 * @param start its first offset
 * @param end the offset behind its last one
 */
public record Span(long start, long end) {}
