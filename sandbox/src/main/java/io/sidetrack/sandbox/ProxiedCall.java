package io.sidetrack.sandbox;

/**
 * A call that came to a {@link FaultProxy}.
 *
 * @param operation such as {@code BatchWriteItem}
 * @param number from 1, counted for each operation
 * @param body the request's JSON, not copied
 */
public record ProxiedCall(String operation, int number, byte[] body) {}
