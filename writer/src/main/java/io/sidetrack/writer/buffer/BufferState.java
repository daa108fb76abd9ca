package io.sidetrack.writer.buffer;

/**
 * The state of a buffer at one moment.
 *
 * @param records the records that were received and are not finished
 * @param bytes the memory that those records occupy
 * @param batchesInFlight the batches that were sent and are not completed
 * @param inFlightLimit the current limit of batches in flight
 * @param deadLetters the dead letters that are not acknowledged
 * @param oldestAgeNanos how long the oldest unfinished record has been held, in whatever queue; 0 if there is none
 */
public record BufferState(
        long records, long bytes, int batchesInFlight, int inFlightLimit, int deadLetters, long oldestAgeNanos) {

    /** The state without any buffer. */
    public static final BufferState EMPTY = new BufferState(0, 0, 0, 0, 0, 0);

    /** Returns the state of two buffers together; the age is that of the older record. */
    public BufferState plus(BufferState other) {
        return new BufferState(
                records + other.records,
                bytes + other.bytes,
                batchesInFlight + other.batchesInFlight,
                inFlightLimit + other.inFlightLimit,
                deadLetters + other.deadLetters,
                Math.max(oldestAgeNanos, other.oldestAgeNanos));
    }
}
