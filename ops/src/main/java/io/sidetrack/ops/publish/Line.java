package io.sidetrack.ops.publish;

/** A line of a file, without its line end. */
sealed interface Line {
    /** A line that is held in memory. */
    record Whole(byte[] bytes) implements Line {}

    /**
     * A line that is too long to be held in memory.
     *
     * @param length its length in bytes
     */
    record TooLong(long length) implements Line {}
}
