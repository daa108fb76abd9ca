package io.sidetrack.sandbox;

/**
 * A call that a {@link FaultProxy} received.
 *
 * @param operation such as {@code BatchWriteItem}
 * @param number the call's number among those of its operation, from 1
 * @param body the request's JSON; not a copy
 */
public record ProxiedCall(String operation, int number, byte[] body) {}
