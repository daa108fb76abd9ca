package io.sidetrack.ops.transaction;

import io.sidetrack.common.transaction.TransactionFailure;
import java.util.Collection;
import java.util.Optional;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.UnknownServerException;

/** What the failures of a transactional producer mean for the records of its transaction. */
public final class TransactionFailures {
    private static final int MAX_MESSAGE_LENGTH = 200;

    private TransactionFailures() {}

    /** The first failure that may concern a record and not recur for others; empty if the failures concern the producer. */
    static Optional<Throwable> rejection(Collection<Throwable> failures) {
        for (Throwable failure : failures) {
            if (TransactionFailure.of(failure) == TransactionFailure.FENCED
                    || has(failure, AuthorizationException.class)
                    || has(failure, AuthenticationException.class)) {
                return Optional.empty();
            }
        }
        return failures.stream().filter(TransactionFailures::isRejection).findFirst();
    }

    private static boolean isRejection(Throwable failure) {
        return failure instanceof RecordTooLargeException
                || failure instanceof RecordBatchTooLargeException
                || failure instanceof InvalidRecordException
                || failure instanceof InvalidTimestampException
                || failure instanceof PolicyViolationException
                || failure instanceof UnknownServerException;
    }

    /** True if a failure or one of its causes is an instance of a class. */
    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (type.isInstance(cause)) {
                return true;
            }
        }
        return false;
    }

    /** A failure as part of a line: its type and its message, shortened. */
    public static String described(Throwable failure) {
        String message = String.valueOf(failure.getMessage()).replaceAll("\\p{Cntrl}+", " ");
        return failure.getClass().getSimpleName() + ": "
                + (message.length() > MAX_MESSAGE_LENGTH ? message.substring(0, MAX_MESSAGE_LENGTH) + "..." : message);
    }
}
