package io.sidetrack.writer.table;

import io.sidetrack.mapping.model.Write;
import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * The failure of a call. Unless the items are known to be the cause, the call is tried again: a record must not become a dead
 * letter because a table was deleted or credentials have expired.
 */
sealed interface Failure {
    /** The {@link Again#code} of a call that could not be signed. */
    String NO_CREDENTIALS = "NoCredentials";

    /** The {@link Again#code} of a call on a table whose key schema has changed since startup. */
    String OTHER_KEY_SCHEMA = "OtherKeySchema";

    /** The outcome of a batch that was sent in one call. */
    BatchOutcome ofBatch();

    /** The outcome of a write that was the only one in its call. */
    Outcome ofOne(Write write);

    /** The outcome of the call in the metrics: one of a few words. */
    String label();

    /** The failure, if the call is to be tried again. */
    Optional<Again> again();

    /**
     * A failure after which the call is tried again.
     *
     * @param code an error code of DynamoDB, or another word for the kind of failure
     * @param description the description for the log; contains no values
     * @param throttlingReasons why DynamoDB throttled the call; empty if it did not, or gave no reason
     */
    record Again(RetryCause cause, String code, String description, List<ThrottlingReason> throttlingReasons)
            implements Failure {
        Again(RetryCause cause, String code, String description) {
            this(cause, code, description, List.of());
        }

        @Override
        public BatchOutcome ofBatch() {
            return new BatchOutcome.RetryAll(cause);
        }

        @Override
        public Outcome ofOne(Write write) {
            return new Outcome.Retry(cause);
        }

        @Override
        public String label() {
            return cause.code();
        }

        @Override
        public Optional<Again> again() {
            return Optional.of(this);
        }

        /** Whether only an operator can fix it. */
        boolean needsOperator() {
            return cause == RetryCause.OPERATOR;
        }

        /** Whether the call may have been rejected because it was signed with the wrong time. */
        boolean isSignature() {
            return Codes.SIGNATURE.contains(code);
        }

        /** Whether the call was rejected because of the credentials that it was signed with. */
        boolean isCredentials() {
            return Codes.CREDENTIALS.contains(code);
        }
    }

    /**
     * A failure that the items cause: DynamoDB would refuse them again.
     *
     * @param message the reason; contains no values
     */
    record Refused(String message) implements Failure {
        @Override
        public BatchOutcome ofBatch() {
            return new BatchOutcome.Refused(message);
        }

        @Override
        public Outcome ofOne(Write write) {
            return new Outcome.Refused(message);
        }

        @Override
        public String label() {
            return "refused";
        }

        @Override
        public Optional<Again> again() {
            return Optional.empty();
        }
    }

    /**
     * The condition of a put was not met, so the table keeps the existing item.
     *
     * @param existingBytes the size of the existing item; 0 if DynamoDB did not return it
     */
    record ConditionFailed(long existingBytes) implements Failure {
        /** A batch has no condition, so this response to one cannot be interpreted. */
        @Override
        public BatchOutcome ofBatch() {
            return new BatchOutcome.RetryAll(RetryCause.OPERATOR);
        }

        /** DynamoDB charges for the larger of the two items (read/write capacity, developer guide). */
        @Override
        public Outcome ofOne(Write write) {
            return new Outcome.Stale(Math.max(write.writeUnits(), Write.writeUnits(existingBytes)));
        }

        @Override
        public String label() {
            return "condition-failed";
        }

        @Override
        public Optional<Again> again() {
            return Optional.empty();
        }
    }

    /** The response was too large to be read. The writes may have taken effect. */
    record TooLarge() implements Failure {
        private static final RetryCause CAUSE = RetryCause.CONNECTION;

        @Override
        public BatchOutcome ofBatch() {
            return new BatchOutcome.RetryAll(CAUSE);
        }

        @Override
        public Outcome ofOne(Write write) {
            return new Outcome.Retry(CAUSE);
        }

        @Override
        public String label() {
            return "too-large";
        }

        @Override
        public Optional<Again> again() {
            return Optional.empty();
        }
    }

    /** The failure of a call that has no response. */
    static Failure ofTransport(Throwable thrown) {
        Throwable cause = unwrapped(thrown);
        if (cause instanceof TimeoutException) {
            return new Again(RetryCause.TIMEOUT, "Timeout", "no response in time");
        }
        if (cause instanceof ResponseTooLargeException) {
            return new TooLarge();
        }
        if (cause instanceof NoCredentialsException) {
            return new Again(RetryCause.OPERATOR, NO_CREDENTIALS, "no credentials (" + cause.getMessage() + ")");
        }
        String kind = cause.getClass().getSimpleName();
        return new Again(RetryCause.CONNECTION, kind, "connection failed (" + kind + ")");
    }

    /** The failure of a call whose response cannot be read, so it is not DynamoDB's. The writes may have taken effect. */
    static Failure ofUnreadable(Throwable thrown) {
        String kind = thrown.getClass().getSimpleName();
        return new Again(RetryCause.CONNECTION, kind, "the response cannot be read (" + kind + ")");
    }

    /** The failure of a call that DynamoDB, or a proxy in front of it, rejected. */
    static Failure of(ErrorResponse response) {
        String code = response.code().isEmpty() ? "HTTP " + response.status() : response.code();
        String message = response.message();
        if (Codes.THROTTLING.contains(code)) {
            return throttled(code, response.throttlingReasons());
        }
        if (Codes.CONFLICT.contains(code)) {
            return again(RetryCause.CONFLICT, code);
        }
        if (response.status() >= Codes.SERVER_ERROR) {
            return again(RetryCause.SERVER_ERROR, code);
        }
        if (code.equals(Codes.CONDITION_FAILED)) {
            return new ConditionFailed(response.itemBytes());
        }
        if (message.contains(Codes.OTHER_KEY_SCHEMA_MESSAGE)) {
            return new Again(RetryCause.OPERATOR, OTHER_KEY_SCHEMA, "the table's key schema has changed");
        }
        if (Codes.REFUSING.contains(code) || response.status() == Codes.PAYLOAD_TOO_LARGE) {
            return new Refused(message.isEmpty() ? code : code + ": " + message);
        }
        return again(RetryCause.OPERATOR, code);
    }

    private static Again throttled(String code, List<ThrottlingReason> reasons) {
        String description = reasons.isEmpty()
                ? code
                : code + ": "
                        + reasons.stream()
                                .map(ThrottlingReason::toString)
                                .distinct()
                                .collect(Collectors.joining(", "));
        return new Again(ThrottlingReason.cause(reasons), code, description, reasons);
    }

    private static Again again(RetryCause cause, String code) {
        return new Again(cause, code, code);
    }

    private static Throwable unwrapped(Throwable thrown) {
        Throwable cause = thrown;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /** DynamoDB's error codes, by their effect here. */
    final class Codes {
        private static final Set<String> THROTTLING = Set.of(
                "ProvisionedThroughputExceededException",
                "RequestLimitExceeded",
                "ThrottlingException",
                "Throttling",
                "TooManyRequestsException",
                "LimitExceededException");

        private static final Set<String> REFUSING =
                Set.of("ValidationException", "SerializationException", "ItemCollectionSizeLimitExceededException");

        private static final Set<String> SIGNATURE = Set.of(
                "InvalidSignatureException",
                "RequestTimeTooSkewed",
                "RequestExpired",
                "RequestInTheFuture",
                "SignatureDoesNotMatch",
                "AuthFailure");

        private static final Set<String> CREDENTIALS = Set.of(
                "ExpiredTokenException",
                "ExpiredToken",
                "UnrecognizedClientException",
                "InvalidClientTokenId",
                "InvalidSignatureException",
                "SignatureDoesNotMatch");

        /** Another write of the item is in progress, in a transaction or from another region. */
        private static final Set<String> CONFLICT =
                Set.of("TransactionConflictException", "ReplicatedWriteConflictException");

        private static final String CONDITION_FAILED = "ConditionalCheckFailedException";

        private static final int PAYLOAD_TOO_LARGE = 413;
        private static final int SERVER_ERROR = 500;

        /**
         * Part of DynamoDB's message about an item whose key does not fit the table. The writer's items fit the table as it
         * was at startup, so the table has changed.
         */
        private static final String OTHER_KEY_SCHEMA_MESSAGE = "provided key element does not match the schema";

        private Codes() {}
    }
}
