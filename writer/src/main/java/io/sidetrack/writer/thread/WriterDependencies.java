package io.sidetrack.writer.thread;

import io.sidetrack.writer.deadletter.DeadLetterTopic;
import io.sidetrack.writer.hold.Holds;
import io.sidetrack.writer.parked.ParkedTopic;
import io.sidetrack.writer.share.LaneShare;
import io.sidetrack.writer.table.Table;
import java.util.function.LongSupplier;

/**
 * The dependencies that the writers of all stream threads share.
 *
 * @param table the table that receives the batches
 * @param deadLetters the topic for records that cannot be written
 * @param parked the topic for records of paused and cancelled backfills
 * @param timer the timer for retries and grace periods
 * @param holds the reasons to pause the topology
 * @param freezes the detector of freezes of the process
 * @param share this instance's share of the lane, which follows the open tasks
 * @param emergency ends the process
 * @param nanoClock the monotonic clock, in ns
 */
public record WriterDependencies(
        Table table,
        DeadLetterTopic deadLetters,
        ParkedTopic parked,
        Timer timer,
        Holds holds,
        FreezeWatch freezes,
        LaneShare share,
        Emergency emergency,
        LongSupplier nanoClock) {

    /** Ends the process if continuing would do harm. Called on any thread; must return at once. */
    public interface Emergency {
        /** Most of the last records were rejected, so a setting or the topic is wrong rather than single records. */
        void mostlyRejected();

        /** A step of the writer failed unexpectedly; its records may never finish in this process. */
        void failed(Throwable cause);
    }
}
