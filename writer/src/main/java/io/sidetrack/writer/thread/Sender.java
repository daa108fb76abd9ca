package io.sidetrack.writer.thread;

import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.buffer.RetryCause;
import java.util.List;

/** Sends what a buffer has decided, outside the writer's lock, and passes every answer back. Thread-safe. */
final class Sender {
    private static final BatchOutcome LOST = new BatchOutcome.RetryAll(RetryCause.CONNECTION);

    private final WriterDependencies outlets;
    private final Answers answers;

    /** What is to be sent. */
    record Work(List<Batch> batches, List<DeadLetter> deadLetters, boolean raisesAlarm) {
        static final Work NONE = new Work(List.of(), List.of(), false);
    }

    /** Receives the answers, each exactly once, on any thread. */
    interface Answers {
        void answered(Batch batch, BatchOutcome outcome);

        void answered(DeadLetter deadLetter, boolean acknowledged);
    }

    Sender(WriterDependencies outlets, Answers answers) {
        this.outlets = outlets;
        this.answers = answers;
    }

    void send(Work work) {
        if (work.raisesAlarm) {
            outlets.emergency().mostlyRejected();
        }
        for (Batch batch : work.batches) {
            // The table promises not to fail; were a failure ignored, the batch would be in flight for ever.
            var unused = outlets.table()
                    .write(batch)
                    .whenComplete((outcome, failure) ->
                            guarded(() -> answers.answered(batch, failure == null ? outcome : LOST)));
        }
        for (DeadLetter deadLetter : work.deadLetters) {
            var unused = outlets.deadLetters()
                    .send(deadLetter)
                    .whenComplete((accepted, failure) ->
                            guarded(() -> answers.answered(deadLetter, failure == null && accepted)));
        }
    }

    /** Runs a step on a thread other than the stream thread, where an exception would leave a batch in flight unseen. */
    @SuppressWarnings("CatchingUnchecked") // An Error would vanish just the same.
    void guarded(Runnable step) {
        try {
            step.run();
        } catch (Throwable e) {
            outlets.emergency().failed(e);
        }
    }
}
