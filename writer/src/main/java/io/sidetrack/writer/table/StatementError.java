package io.sidetrack.writer.table;

import io.sidetrack.writer.buffer.RetryCause;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Why one statement of a BatchExecuteStatement call failed, inside an answer with HTTP status 200. */
enum StatementError {
    /** The key exists: the expected answer of the guard, not a problem. */
    DUPLICATE_ITEM("DuplicateItem"),

    // Either the item or the statement is at fault. A put of the item by itself decides.
    CONDITIONAL_CHECK_FAILED("ConditionalCheckFailed"),
    ITEM_COLLECTION_SIZE_LIMIT_EXCEEDED("ItemCollectionSizeLimitExceeded"),
    VALIDATION_ERROR("ValidationError"),

    REQUEST_LIMIT_EXCEEDED("RequestLimitExceeded", RetryCause.THROTTLED),
    PROVISIONED_THROUGHPUT_EXCEEDED("ProvisionedThroughputExceeded", RetryCause.THROTTLED),
    THROTTLING_ERROR("ThrottlingError", RetryCause.THROTTLED),
    TRANSACTION_CONFLICT("TransactionConflict", RetryCause.CONFLICT),
    INTERNAL_SERVER_ERROR("InternalServerError", RetryCause.SERVER_ERROR),
    RESOURCE_NOT_FOUND("ResourceNotFound", RetryCause.OPERATOR),
    ACCESS_DENIED("AccessDenied", RetryCause.OPERATOR),
    /** A code that this version does not know. Nothing is known to be the item's fault, so it is tried again. */
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

    /** DynamoDB's code, such as {@code AccessDenied}; one of few words. */
    String code() {
        return code;
    }

    /** Whether the statement failed only because the key exists. */
    boolean keyExists() {
        return this == DUPLICATE_ITEM;
    }

    /** The cause to try the statement again for; empty if a put decides instead. */
    Optional<RetryCause> retryCause() {
        return retryCause;
    }

    /** Whether only an operator can fix it. */
    boolean isOperators() {
        return retryCause.filter(cause -> cause == RetryCause.OPERATOR).isPresent();
    }
}
