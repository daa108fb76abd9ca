package io.sidetrack.ops.publish;

/** A line of a file, without its end. */
sealed interface Line {
    /** A line that is held in memory. */
    record Whole(byte[] bytes) implements Line {}

    /**
     * A line that is longer than may be held.
     *
     * @param length in bytes
     */
    record TooLong(long length) implements Line {}
}
