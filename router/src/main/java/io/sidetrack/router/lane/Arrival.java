package io.sidetrack.router.lane;

import org.apache.kafka.common.header.Headers;

/**
 * A record of the source, as far as a rule may look at it.
 *
 * @param partition of the source
 * @param offset in it
 * @param timestampMs as its producer or the source topic set it, in ms since 1970; below 0 if it has none
 * @param key not copied; may be null
 * @param nowMs this machine's clock
 */
public record Arrival(int partition, long offset, long timestampMs, byte[] key, Headers headers, long nowMs) {}
