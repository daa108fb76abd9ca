package io.sidetrack.writer.thread;

/**
 * A wait of a stream thread. An event or a deadline ends it, so every wait ends. Evaluated under the writer's lock, after
 * every event and at the deadline.
 */
interface Wait {
    /** The time until the deadline; 0 or less when the wait is over. */
    long leftNanos(long nowNanos);
}
