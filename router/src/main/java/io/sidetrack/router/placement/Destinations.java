package io.sidetrack.router.placement;

/**
 * Every topic that a router writes to. Both lanes can be one topic.
 *
 * @param deadLetters for records that their lane does not accept
 */
public record Destinations(Destination live, Destination backfill, Destination deadLetters) {}
