package io.sidetrack.router.batch;

/** Receives the records of the source that a broker has rejected for their size. */
@FunctionalInterface
interface SizeRejections {
    /**
     * A topic has rejected this record. Called by a producer's thread; returns at once.
     *
     * @param next how to send it when it is read again
     */
    void rejected(int partition, long offset, Delivery next);
}
