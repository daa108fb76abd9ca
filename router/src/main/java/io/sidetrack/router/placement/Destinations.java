package io.sidetrack.router.placement;

/**
 * Every topic that a router writes to. Both lanes can be one topic.
 *
 * @param parked for records of named backfills that are paused or cancelled
 * @param deadLetters for records that their lane does not accept
 */
public record Destinations(Destination live, Destination backfill, Destination parked, Destination deadLetters) {}
