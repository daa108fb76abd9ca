package io.sidetrack.router.batch;

/** Receives the records of the source that a broker has rejected for their size. */
@FunctionalInterface
interface SizeRejections {
    /** A lane has rejected this record. Called by a producer's thread; returns at once. */
    void rejected(int partition, long offset);
}
