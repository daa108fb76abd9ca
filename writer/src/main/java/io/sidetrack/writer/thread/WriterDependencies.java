package io.sidetrack.writer.thread;

import io.sidetrack.writer.deadletter.DeadLetterTopic;
import io.sidetrack.writer.hold.Holds;
import io.sidetrack.writer.table.Table;
import java.util.function.LongSupplier;

/**
 * What the writers of all stream threads share.
 *
 * @param table where batches go
 * @param deadLetters where records go that cannot be written
 * @param timer runs what must happen later
 * @param holds why the topology is paused
 * @param freezes whether the process stood still
 * @param emergency ends the process
 * @param nanoClock monotonic, in ns
 */
public record WriterDependencies(
        Table table,
        DeadLetterTopic deadLetters,
        Timer timer,
        Holds holds,
        FreezeWatch freezes,
        Emergency emergency,
        LongSupplier nanoClock) {

    /** Ends the process, because going on would do harm. Called on any thread; must return at once. */
    public interface Emergency {
        /** Most of the last records were rejected, so the records are not to blame. */
        void mostlyRejected();

        /** A step of the writer failed unexpectedly; what it held may never finish in this process. */
        void failed(Throwable cause);
    }
}
