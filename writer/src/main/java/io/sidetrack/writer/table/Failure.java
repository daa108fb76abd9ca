package io.sidetrack.writer.table;

import io.sidetrack.writer.buffer.BatchOutcome;
import io.sidetrack.writer.buffer.Outcome;
import io.sidetrack.writer.buffer.RetryCause;
import io.sidetrack.writer.model.Write;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/**
 * Why a call failed. Whatever is not known to be the items' fault is tried again: a record must not become a dead letter
 * because somebody deleted a table or a credential ran out.
 */
sealed interface Failure {
    /** The {@link Again#code} of a call that could not be signed. */
    String NO_CREDENTIALS = "NoCredentials";

    /** The {@link Again#code} of a call for a table whose key is not what it was at start-up. */
    String OTHER_KEY_SCHEMA = "OtherKeySchema";

    /** What it means for a batch that was sent in one call. */
    BatchOutcome ofBatch();

    /** What it means for a write that was alone in its call. */
    Outcome ofOne(Write write);

    /** How the call ended, for the metrics: one of few words. */
    String label();

    /** The failure, if the call is to be tried again. */
    Optional<Again> again();

    /**
     * The call is to be tried again.
     *
     * @param code an error code of DynamoDB, or another word for the kind of failure
     * @param description for the log; never a value
     */
    record Again(RetryCause cause, String code, String description) implements Failure {
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
        boolean isOperators() {
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
     * It is the items' fault: DynamoDB would give the same answer the next time.
     *
     * @param message why, without any value
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
     * The item's own condition was not met: the table keeps what it has.
     *
     * @param existingBytes the size of the existing item; 0 if DynamoDB did not return it
     */
    record ConditionFailed(long existingBytes) implements Failure {
        /** A call for a batch has no condition, so nobody knows what such an answer to one would mean. */
        @Override
        public BatchOutcome ofBatch() {
            return new BatchOutcome.RetryAll(RetryCause.OPERATOR);
        }

        /** Charged by the larger of the two items (read/write capacity, developer guide). */
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

    /** No answer came. */
    static Failure ofTransport(Throwable thrown) {
        Throwable cause = unwrapped(thrown);
        if (cause instanceof TimeoutException) {
            return new Again(RetryCause.TIMEOUT, "Timeout", "no answer in time");
        }
        if (cause instanceof NoCredentialsException) {
            return new Again(RetryCause.OPERATOR, NO_CREDENTIALS, "no credentials (" + cause.getMessage() + ")");
        }
        String kind = cause.getClass().getSimpleName();
        return new Again(RetryCause.CONNECTION, kind, "connection failed (" + kind + ")");
    }

    /** An answer cannot be read: whatever sent it, it was not DynamoDB. The writes may have taken effect or not. */
    static Failure ofUnreadable(Throwable thrown) {
        String kind = thrown.getClass().getSimpleName();
        return new Again(RetryCause.CONNECTION, kind, "the answer cannot be read (" + kind + ")");
    }

    /** DynamoDB, or something on the way to it, rejected the call. */
    static Failure of(ErrorResponse answer) {
        String code = answer.code().isEmpty() ? "HTTP " + answer.status() : answer.code();
        String message = answer.message();
        if (Codes.THROTTLING.contains(code)) {
            return again(RetryCause.THROTTLED, code);
        }
        if (Codes.CONFLICT.contains(code)) {
            return again(RetryCause.CONFLICT, code);
        }
        if (answer.status() >= Codes.SERVER_ERROR) {
            return again(RetryCause.SERVER_ERROR, code);
        }
        if (code.equals(Codes.CONDITION_FAILED)) {
            return new ConditionFailed(answer.itemBytes());
        }
        if (message.contains(Codes.OTHER_KEY_SCHEMA_MESSAGE)) {
            return new Again(RetryCause.OPERATOR, OTHER_KEY_SCHEMA, "the table's key schema has changed");
        }
        if (Codes.REFUSING.contains(code) || answer.status() == Codes.PAYLOAD_TOO_LARGE) {
            return new Refused(message.isEmpty() ? code : code + ": " + message);
        }
        return again(RetryCause.OPERATOR, code);
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

    /** DynamoDB's error codes, by what they mean here. */
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

        /** Another write of the item is under way, in a transaction or from another region. */
        private static final Set<String> CONFLICT =
                Set.of("TransactionConflictException", "ReplicatedWriteConflictException");

        private static final String CONDITION_FAILED = "ConditionalCheckFailedException";

        private static final int PAYLOAD_TOO_LARGE = 413;
        private static final int SERVER_ERROR = 500;

        /**
         * What DynamoDB says when the key of an item does not fit the table. The items here were checked against the
         * table as it was at start-up, so it is the table that has changed.
         */
        private static final String OTHER_KEY_SCHEMA_MESSAGE = "provided key element does not match the schema";

        private Codes() {}
    }
}
