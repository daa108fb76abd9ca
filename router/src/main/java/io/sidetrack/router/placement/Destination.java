package io.sidetrack.router.placement;

/**
 * Where records can go.
 *
 * @param sink of the topology, for a record that goes through Streams
 */
public record Destination(String topic, String sink, CurrentLimits limits) {}
