package io.sidetrack.writer.thread;

/**
 * Something that a stream thread waits for. It ends by an event or by a deadline, so every wait ends. Evaluated under the
 * writer's lock, after every event and at the deadline.
 */
interface Wait {
    /** How long there is still to wait if nothing happens; 0 or less when the wait is over. */
    long leftNanos(long nowNanos);
}
