package io.sidetrack.router.batch;

import io.sidetrack.common.deadletter.DeadLetterForm;
import io.sidetrack.common.deadletter.NextDeadLetterForm;
import java.util.Optional;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * How to send a record of the source, after what brokers have rejected so far.
 *
 * <pre>
 *   lane ── batch too large ──▶ lane, alone ──┐
 *     └────────── too large ──────────────────┴──▶ WHOLE ──▶ REDUCED ──▶ MINIMAL ──▶ none: the thread fails
 * </pre>
 *
 * A batch that is larger than the topic's {@code segment.bytes} is rejected as a whole, and the client does not split it as it
 * does for {@code max.message.bytes}. So the record's size is not blamed until the record was in a batch of its own.
 *
 * @param letter the form of its dead letter; empty if it goes to its lane
 * @param alone whether it is sent in a batch of its own
 */
public record Delivery(Optional<DeadLetterForm> letter, boolean alone) {
    /** Of a record that was not rejected: to its lane, with others. */
    public static final Delivery FIRST = new Delivery(Optional.empty(), false);

    /** As a dead letter of this form. */
    public Delivery as(DeadLetterForm form) {
        return new Delivery(Optional.of(form), alone);
    }

    /** How to send the record after this failure; empty if the failure does not depend on the record, or nothing is left. */
    Optional<Delivery> after(Exception failure) {
        if (failure instanceof RecordBatchTooLargeException && !alone) {
            return Optional.of(new Delivery(letter, true));
        }
        if (letter.isPresent()) {
            // A large record is no reason here to take a timeout for a rejection: the lane would have timed out as
            // well.
            return NextDeadLetterForm.after(letter.get(), failure, 0).map(this::as);
        }
        return failure instanceof RecordTooLargeException || failure instanceof RecordBatchTooLargeException
                ? Optional.of(as(DeadLetterForm.WHOLE))
                : Optional.empty();
    }

    /** Whether this is further on than another. */
    boolean isAfter(Delivery other) {
        return step() > other.step();
    }

    private int step() {
        return (alone ? 1 : 0) + letter.map(Delivery::step).orElse(0);
    }

    private static int step(DeadLetterForm form) {
        return switch (form) {
            case WHOLE -> 2;
            case REDUCED -> 4;
            case MINIMAL -> 6;
        };
    }
}
