package io.sidetrack.router.placement;

/**
 * A topic that the router writes to.
 *
 * @param sink the name of its sink in the topology, for a record that goes through Streams
 */
public record Destination(String topic, String sink, CurrentLimits limits) {}
