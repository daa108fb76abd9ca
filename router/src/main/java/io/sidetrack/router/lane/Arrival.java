package io.sidetrack.router.lane;

import org.apache.kafka.common.header.Headers;

/**
 * The parts of a source record that rules can read.
 *
 * @param partition the partition of the source
 * @param offset the offset in that partition
 * @param timestampMs the original timestamp, in ms since 1970; negative if there is none
 * @param key not copied; may be null
 * @param nowMs the time of arrival by this machine's clock, in ms since 1970
 */
public record Arrival(int partition, long offset, long timestampMs, byte[] key, Headers headers, long nowMs) {}
