package io.sidetrack.common.deadletter;

import java.util.Optional;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownServerException;

/**
 * Chooses the next form of a dead letter after a failure. A failure that depends on the record would recur forever, so a smaller
 * form is sent at once. Any other failure is an outage, after which the dead letter is sent whole again.
 *
 * <pre>
 *   WHOLE ── too large, rejected ──▶ REDUCED ── too large, rejected ──▶ MINIMAL ──▶ retry later, from WHOLE
 *     └────────── invalid record ─────────┴────────── invalid record ─────┘
 * </pre>
 *
 * The writer starts each retry with the whole dead letter, so a change of the topic's limits takes effect without a restart.
 */
public final class NextDeadLetterForm {
    /**
     * A broker closes the connection without a response if a request is larger than its {@code socket.request.max.bytes}, and the
     * producer only sees a timeout. For a record below this size, a timeout is an outage.
     */
    static final long MAY_EXCEED_A_REQUEST = 1024 * 1024;

    private NextDeadLetterForm() {}

    /**
     * The form to send at once after a failure; empty if the dead letter has to wait.
     *
     * @param recordBytes the size of the whole record, uncompressed
     */
    public static Optional<DeadLetterForm> after(DeadLetterForm sent, Throwable failure, long recordBytes) {
        if (failure instanceof InvalidRecordException) {
            // A compacted topic requires a key, and a validator in the broker may reject a cut value. Only MINIMAL
            // avoids both.
            return sent == DeadLetterForm.MINIMAL ? Optional.empty() : Optional.of(DeadLetterForm.MINIMAL);
        }
        return dependsOnTheRecord(failure, recordBytes) ? sent.smaller() : Optional.empty();
    }

    private static boolean dependsOnTheRecord(Throwable failure, long recordBytes) {
        return failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof OutOfMemoryError
                || failure instanceof PolicyViolationException
                || failure instanceof UnknownServerException
                || (failure instanceof TimeoutException && recordBytes > MAY_EXCEED_A_REQUEST);
    }
}
