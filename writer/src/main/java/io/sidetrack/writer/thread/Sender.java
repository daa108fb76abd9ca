package io.sidetrack.writer.thread;

import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.buffer.ParkResult;
import io.sidetrack.writer.buffer.ParkedBatch;
import io.sidetrack.writer.buffer.RetryCause;
import java.util.Collections;
import java.util.List;

/** Sends batches, dead letters and parked records, outside the writer's lock, and passes every outcome back. Thread-safe. */
final class Sender {
    private static final BatchOutcome LOST = new BatchOutcome.RetryAll(RetryCause.CONNECTION);

    private final WriterDependencies dependencies;
    private final Callback callback;

    /** What is to be sent now: batches to the table, dead letters, and batches to the parked topic. */
    record Work(List<Batch> batches, List<DeadLetter> deadLetters, List<ParkedBatch> parked, boolean raisesAlarm) {
        static final Work NONE = new Work(List.of(), List.of(), List.of(), false);
    }

    /** Receives each outcome exactly once, on any thread. */
    interface Callback {
        void batchCompleted(Batch batch, BatchOutcome outcome);

        void deadLetterCompleted(DeadLetter deadLetter, boolean acknowledged);

        void parkedCompleted(ParkedBatch batch, List<ParkResult> results);
    }

    Sender(WriterDependencies dependencies, Callback callback) {
        this.dependencies = dependencies;
        this.callback = callback;
    }

    void send(Work work) {
        if (work.raisesAlarm) {
            dependencies.emergency().mostlyRejected();
        }
        for (Batch batch : work.batches) {
            // The table promises not to fail, but ignoring a failure would leave the batch in flight forever.
            var unused = dependencies
                    .table()
                    .write(batch)
                    .whenComplete((outcome, failure) ->
                            guarded(() -> callback.batchCompleted(batch, failure == null ? outcome : LOST)));
        }
        for (DeadLetter deadLetter : work.deadLetters) {
            var unused = dependencies
                    .deadLetters()
                    .send(deadLetter)
                    .whenComplete((acknowledged, failure) ->
                            guarded(() -> callback.deadLetterCompleted(deadLetter, failure == null && acknowledged)));
        }
        for (ParkedBatch batch : work.parked) {
            var unused = dependencies
                    .parked()
                    .send(batch)
                    .whenComplete((results, failure) ->
                            guarded(() -> callback.parkedCompleted(batch, failure == null ? results : failed(batch))));
        }
    }

    private static List<ParkResult> failed(ParkedBatch batch) {
        return Collections.nCopies(batch.records().size(), new ParkResult.Failed());
    }

    /** Runs a step on a thread other than the stream thread, where an exception would go unnoticed and leave a batch in flight. */
    @SuppressWarnings("CatchingUnchecked") // An Error would go unnoticed too.
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            dependencies.emergency().failed(e);
        }
    }
}
