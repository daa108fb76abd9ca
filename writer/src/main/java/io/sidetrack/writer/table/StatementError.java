package io.sidetrack.writer.table;

import io.sidetrack.writer.buffer.RetryCause;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The error of one statement of a BatchExecuteStatement call, within a response with HTTP status 200. */
enum StatementError {
    // Expected results of the guard, not problems.
    DUPLICATE_ITEM("DuplicateItem"),
    CONDITIONAL_CHECK_FAILED("ConditionalCheckFailed"),

    // Either the item or the statement is the cause. A put of the single item decides.
    ITEM_COLLECTION_SIZE_LIMIT_EXCEEDED("ItemCollectionSizeLimitExceeded"),
    VALIDATION_ERROR("ValidationError"),

    REQUEST_LIMIT_EXCEEDED("RequestLimitExceeded", RetryCause.THROTTLED),
    PROVISIONED_THROUGHPUT_EXCEEDED("ProvisionedThroughputExceeded", RetryCause.THROTTLED),
    THROTTLING_ERROR("ThrottlingError", RetryCause.THROTTLED),
    TRANSACTION_CONFLICT("TransactionConflict", RetryCause.CONFLICT),
    INTERNAL_SERVER_ERROR("InternalServerError", RetryCause.SERVER_ERROR),
    RESOURCE_NOT_FOUND("ResourceNotFound", RetryCause.OPERATOR),
    ACCESS_DENIED("AccessDenied", RetryCause.OPERATOR),
    /** A code that is unknown to this version. The item is not known to be the cause, so the statement is tried again. */
    OTHER("(other)", RetryCause.OPERATOR);

    private static final Map<String, StatementError> BY_CODE =
            Arrays.stream(values()).collect(Collectors.toMap(StatementError::code, Function.identity()));

    private final String code;
    private final Optional<RetryCause> retryCause;

    StatementError(String code) {
        this.code = code;
        this.retryCause = Optional.empty();
    }

    StatementError(String code, RetryCause cause) {
        this.code = code;
        this.retryCause = Optional.of(cause);
    }

    /** The error with this code; {@link #OTHER} for an unknown one. */
    static StatementError of(String code) {
        return BY_CODE.getOrDefault(code, OTHER);
    }

    /** DynamoDB's code, such as {@code AccessDenied}; one of a few words. */
    String code() {
        return code;
    }

    /** Whether the statement failed only because of the item in the table, as the guard expects of some. */
    boolean isExpected() {
        return this == DUPLICATE_ITEM || this == CONDITIONAL_CHECK_FAILED;
    }

    /** The cause for which the statement is tried again; empty if a put decides instead. */
    Optional<RetryCause> retryCause() {
        return retryCause;
    }

    /** Whether only an operator can fix it. */
    boolean needsOperator() {
        return retryCause.filter(cause -> cause == RetryCause.OPERATOR).isPresent();
    }
}
