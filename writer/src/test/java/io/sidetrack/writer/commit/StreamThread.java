package io.sidetrack.writer.commit;

/** Stands in for the class of Kafka Streams on the call stack, where {@link CommitOccasion} looks for its name. */
final class StreamThread {
    private StreamThread() {}

    /** Commits on the interval. */
    static void maybeCommit(Runnable flush) {
        flush.run();
    }

    /** Commits before a revocation or a shutdown. */
    static void commitBeforeClose(Runnable flush) {
        flush.run();
    }
}
