package io.sidetrack.writer.buffer;

/**
 * How a buffer stands at one moment.
 *
 * @param records taken in and not finished
 * @param bytes what those records hold in memory
 * @param batchesInFlight sent and not answered
 * @param inFlightLimit how many may be in flight just now
 * @param deadLetters not acknowledged
 * @param oldestAgeNanos since when the oldest unfinished key waits; 0 if there is none
 */
public record BufferState(
        long records, long bytes, int batchesInFlight, int inFlightLimit, int deadLetters, long oldestAgeNanos) {}
