package io.sidetrack.router.batch;

import io.sidetrack.common.deadletter.DeadLetterForm;
import io.sidetrack.common.deadletter.NextDeadLetterForm;
import java.util.Optional;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * How to send a record of the source, given what brokers have rejected so far.
 *
 * <pre>
 *   lane ── batch too large ──▶ lane, alone ──┐
 *     └────────── too large ──────────────────┴──▶ WHOLE ──▶ REDUCED ──▶ MINIMAL ──▶ none: the thread fails
 * </pre>
 *
 * WHOLE, REDUCED and MINIMAL are forms of a dead letter. A batch that exceeds the topic's {@code segment.bytes} is rejected as a
 * whole, and the client does not split it as it does for {@code max.message.bytes}. The record is therefore sent in a batch of
 * its own before its size is blamed.
 *
 * @param deadLetter the form of its dead letter; empty if it goes to its lane
 * @param alone whether it is sent in a batch of its own
 */
public record Delivery(Optional<DeadLetterForm> deadLetter, boolean alone) {
    /** The delivery of a record that was not rejected: to its lane, in a batch with others. */
    public static final Delivery FIRST = new Delivery(Optional.empty(), false);

    /** The same delivery, as a dead letter of this form. */
    public Delivery as(DeadLetterForm form) {
        return new Delivery(Optional.of(form), alone);
    }

    /** How to send the record after a failure; empty if the failure does not depend on the record, or no form is left. */
    Optional<Delivery> after(Exception failure) {
        if (failure instanceof RecordBatchTooLargeException && !alone) {
            return Optional.of(new Delivery(deadLetter, true));
        }
        if (deadLetter.isPresent()) {
            // With size 0, a timeout counts as an outage: a record that is too large for a request would have timed out
            // on the lane as well.
            return NextDeadLetterForm.after(deadLetter.get(), failure, 0).map(this::as);
        }
        return failure instanceof RecordTooLargeException || failure instanceof RecordBatchTooLargeException
                ? Optional.of(as(DeadLetterForm.WHOLE))
                : Optional.empty();
    }

    /** True if this delivery comes later in the diagram than another. */
    boolean isAfter(Delivery other) {
        return step() > other.step();
    }

    private int step() {
        return (alone ? 1 : 0) + deadLetter.map(Delivery::step).orElse(0);
    }

    private static int step(DeadLetterForm form) {
        return switch (form) {
            case WHOLE -> 2;
            case REDUCED -> 4;
            case MINIMAL -> 6;
        };
    }
}
