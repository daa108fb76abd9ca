package io.sidetrack.writer.commit;

/** Stands in for the class of Kafka Streams on the call stack, where {@link CommitOccasion} looks for its name. */
final class TaskManager {
    private TaskManager() {}

    /** Closes a task whose partition was lost. */
    static void closeTaskDirty(Runnable flush) {
        flush.run();
    }

    /** Closes a task whose state is corrupted. */
    static void closeDirtyAndRevive(Runnable flush) {
        flush.run();
    }
}
