package io.sidetrack.writer.table;

import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * What a failed call means for its batch. Whatever is not known to be the items' fault is tried again: a record must
 * not become a dead letter because somebody deleted a table or a credential ran out.
 *
 * @param outcome what to tell the buffer
 * @param code DynamoDB's error code or the kind of failure, for logs; never a value
 */
record Failure(BatchOutcome outcome, String code) {
    private static final Set<String> THROTTLING = Set.of(
            "ProvisionedThroughputExceededException",
            "RequestLimitExceeded",
            "ThrottlingException",
            "Throttling",
            "TooManyRequestsException",
            "LimitExceededException");

    /** The items' fault: DynamoDB would say the same the next time. */
    private static final Set<String> REFUSING =
            Set.of("ValidationException", "SerializationException", "ItemCollectionSizeLimitExceededException");

    private static final Set<String> SIGNATURE = Set.of(
            "InvalidSignatureException",
            "RequestTimeTooSkewed",
            "RequestExpired",
            "RequestInTheFuture",
            "SignatureDoesNotMatch",
            "AuthFailure");

    /** Another write of the item is under way, in a transaction or from another region. */
    private static final Set<String> CONFLICT =
            Set.of("TransactionConflictException", "ReplicatedWriteConflictException");

    private static final String CONDITION_FAILED = "ConditionalCheckFailedException";

    private static final int PAYLOAD_TOO_LARGE = 413;

    /**
     * What DynamoDB says when the key of an item does not fit the table. The items here were checked against the table
     * as it was at start-up, so it is the table that has changed.
     */
    private static final String OTHER_KEY_SCHEMA = "provided key element does not match the schema";

    /** No answer came, or none that can be read. */
    static Failure of(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof TimeoutException) {
            return retry(RetryCause.TIMEOUT, "no answer in time");
        }
        if (cause instanceof SdkClientException && isCredentials(cause)) {
            return retry(RetryCause.OPERATOR, "no credentials");
        }
        return retry(
                RetryCause.CONNECTION, "connection failed (" + cause.getClass().getSimpleName() + ")");
    }

    /** DynamoDB, or something on the way to it, said no. */
    static Failure of(ErrorAnswer answer) {
        String code = answer.code().isEmpty() ? "HTTP " + answer.status() : answer.code();
        String message = answer.message();
        if (THROTTLING.contains(code)) {
            return retry(RetryCause.THROTTLED, code);
        }
        if (answer.status() >= 500 || CONFLICT.contains(code)) {
            return retry(RetryCause.SERVER_ERROR, code);
        }
        if (code.equals(CONDITION_FAILED)) {
            return new Failure(new BatchOutcome.Refused(code), code);
        }
        if (message.contains(OTHER_KEY_SCHEMA)) {
            return retry(RetryCause.OPERATOR, "the table's key schema has changed");
        }
        if (REFUSING.contains(code) || answer.status() == PAYLOAD_TOO_LARGE) {
            return new Failure(new BatchOutcome.Refused(message.isEmpty() ? code : code + ": " + message), code);
        }
        return retry(RetryCause.OPERATOR, code);
    }

    /** What it means for a write that was alone in its call. */
    Outcome outcomeOfOne() {
        return outcome instanceof BatchOutcome.Refused refused
                ? new Outcome.Refused(refused.message())
                : new Outcome.Retry(((BatchOutcome.RetryAll) outcome).cause());
    }

    /** Whether the item's own condition was not met: the table keeps what it has. */
    boolean isConditionFailed() {
        return code.equals(CONDITION_FAILED);
    }

    /** Whether the call may have been refused because it was signed with the wrong time. */
    boolean isSignature() {
        return SIGNATURE.contains(code);
    }

    private static boolean isCredentials(Throwable cause) {
        return cause.getMessage() != null && cause.getMessage().contains("credentials");
    }

    private static Failure retry(RetryCause cause, String code) {
        return new Failure(new BatchOutcome.RetryAll(cause), code);
    }
}
