package io.sidetrack.writer.model;

/**
 * A reason with what can be said of the case at hand.
 *
 * @param message says where and what, never a value
 */
public record Rejection(Reason reason, String message) {}
