package io.sidetrack.mapping.model;

/**
 * The reason why a record is rejected, with details.
 *
 * @param message where and what the problem is; never contains a value
 */
public record Rejection(Reason reason, String message) {}
