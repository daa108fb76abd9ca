package io.sidetrack.writer.buffer;

/**
 * How a buffer stands at one moment.
 *
 * @param records taken in and not finished
 * @param bytes what those records hold in memory
 * @param batchesInFlight sent and not answered
 * @param inFlightLimit how many may be in flight just now
 * @param deadLetters not acknowledged
 * @param oldestAgeNanos how long the oldest unfinished record has been held, dead letters included; 0 if there is none
 */
public record BufferState(
        long records, long bytes, int batchesInFlight, int inFlightLimit, int deadLetters, long oldestAgeNanos) {

    /** The state of no buffer at all. */
    public static final BufferState EMPTY = new BufferState(0, 0, 0, 0, 0, 0);

    /** The state of two buffers together; ages and times are those of the one that has waited longest. */
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
