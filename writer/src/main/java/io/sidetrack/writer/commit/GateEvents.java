package io.sidetrack.writer.commit;

/** Hears of every wait of the commit gate; on the stream thread. */
public interface GateEvents {
    /** A wait is over; the commit goes on if everything was durable. */
    void drained(boolean durable, long nanos);
}
