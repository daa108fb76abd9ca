package io.sidetrack.writer.commit;

/** A listener for the waits of the commit gate; called on the stream thread. */
public interface GateEvents {
    /** A wait is over; the commit proceeds if everything is durable. */
    void drained(boolean durable, long nanos);
}
