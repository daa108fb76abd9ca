package io.sidetrack.writer.thread;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.writer.buffer.Batch;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Batches;
import io.sidetrack.writer.buffer.DeadLetter;
import io.sidetrack.writer.buffer.ParkResult;
import io.sidetrack.writer.buffer.ParkedBatch;
import io.sidetrack.writer.buffer.ParkedBatches;
import io.sidetrack.writer.buffer.RetryCause;
import io.sidetrack.writer.table.Table;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.AuthorizationException;
import org.junit.jupiter.api.Test;

/** Every batch and every dead letter that is sent gets exactly one outcome. */
class SenderTest {
    private final WritePathFixture fixture = WritePathFixture.inVirtualTime();
    private final List<Object> outcomes = new ArrayList<>();
    private final Sender.Callback callback = new Sender.Callback() {
        @Override
        public void batchCompleted(Batch batch, BatchOutcome outcome) {
            outcomes.add(outcome);
        }

        @Override
        public void deadLetterCompleted(DeadLetter deadLetter, boolean acknowledged) {
            outcomes.add(acknowledged);
        }

        @Override
        public void parkedCompleted(ParkedBatch batch, List<ParkResult> results) {
            outcomes.addAll(results);
        }
    };
    private final Sender sender = new Sender(fixture.dependencies, callback);

    private static Sender.Work batch() {
        return new Sender.Work(List.of(Batches.puts(1)), List.of(), List.of(), false);
    }

    private static Sender.Work deadLetter() {
        SourceRecord source = new SourceRecord("lane", 0, 0, 0, null, new byte[1], List.of());
        return new Sender.Work(
                List.of(),
                List.of(new DeadLetter(source, new Rejection(Reason.NOT_JSON, "not JSON"), 0)),
                List.of(),
                false);
    }

    private static Sender.Work parked() {
        return new Sender.Work(List.of(), List.of(), List.of(ParkedBatches.of(0, 7)), false);
    }

    /** Dependencies like those of the fixture, with a table that breaks its promise. */
    private WriterDependencies withTable(CompletableFuture<BatchOutcome> result) {
        WriterDependencies others = fixture.dependencies;
        return new WriterDependencies(
                new Table() {
                    @Override
                    public CompletableFuture<BatchOutcome> write(Batch batch) {
                        return result;
                    }

                    @Override
                    public Duration maxWriteTime() {
                        return Duration.ofSeconds(1);
                    }
                },
                others.deadLetters(),
                others.parked(),
                others.timer(),
                others.holds(),
                others.freezes(),
                others.share(),
                others.emergency(),
                others.nanoClock());
    }

    @Test
    void batchHasTheOutcomeOfTheTable() {
        sender.send(batch());
        assertThat(outcomes).isEmpty();
        BatchOutcome refused = new BatchOutcome.Refused("too large");
        fixture.complete(0, refused);
        assertThat(outcomes).containsExactly(refused);
    }

    @Test
    void failureOfTheTableIsARetry() {
        CompletableFuture<BatchOutcome> failed = CompletableFuture.failedFuture(new IllegalStateException("a defect"));
        new Sender(withTable(failed), callback).send(batch());
        assertThat(outcomes).containsExactly(new BatchOutcome.RetryAll(RetryCause.CONNECTION));
    }

    @Test
    void deadLetterIsAcknowledgedByTheTopic() {
        sender.send(deadLetter());
        assertThat(outcomes).isEmpty();
        fixture.acknowledgeDeadLetter();
        assertThat(outcomes).containsExactly(true);
    }

    @Test
    void deadLetterThatTheTopicRejectsIsNotAcknowledged() {
        sender.send(deadLetter());
        assertThat(fixture.deadLetters.errorNext(new AuthorizationException("no WRITE")))
                .isTrue();
        assertThat(outcomes).containsExactly(false);
    }

    @Test
    void parkedRecordIsAcknowledgedByTheTopic() {
        sender.send(parked());
        assertThat(outcomes).isEmpty();
        fixture.acknowledgeParked();
        assertThat(outcomes).containsExactly(new ParkResult.Parked());
    }

    /** An exception on a completion thread would go unnoticed, with the batch in flight forever. */
    @Test
    void failureOfTheCallbackEndsTheProcess() {
        Sender.Callback defective = new Sender.Callback() {
            @Override
            public void batchCompleted(Batch batch, BatchOutcome outcome) {
                throw new AssertionError("a defect");
            }

            @Override
            public void deadLetterCompleted(DeadLetter deadLetter, boolean acknowledged) {
                throw new IllegalStateException("another defect");
            }

            @Override
            public void parkedCompleted(ParkedBatch batch, List<ParkResult> results) {
                throw new IllegalStateException("a third defect");
            }
        };
        Sender broken = new Sender(fixture.dependencies, defective);
        broken.send(batch());
        broken.send(deadLetter());
        broken.send(parked());
        fixture.writeAll();
        fixture.acknowledgeDeadLetter();
        fixture.acknowledgeParked();
        assertThat(fixture.emergencies).containsExactly("a defect", "another defect", "a third defect");
    }

    @Test
    void alarmEndsTheProcess() {
        sender.send(new Sender.Work(List.of(), List.of(), List.of(), true));
        assertThat(fixture.emergencies).containsExactly("mostly rejected");
    }
}
