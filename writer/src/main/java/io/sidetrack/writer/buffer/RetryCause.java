package io.sidetrack.writer.buffer;

import java.util.Locale;

/** Why a write is to be tried again. */
public enum RetryCause {
    /** DynamoDB took the call but not this item ({@code UnprocessedItems}, with HTTP 200). */
    UNPROCESSED,
    /** The table or the account is over its capacity. */
    THROTTLED,
    /** Another write of the same item was under way, in a transaction or in another region; affects this item only. */
    CONFLICT,
    /** DynamoDB failed (5xx). */
    SERVER_ERROR,
    /** No answer in time: the write may have taken effect or not. */
    TIMEOUT,
    /** The connection failed: the write may have taken effect or not. */
    CONNECTION,
    /** Something that an operator must mend: table missing, access denied, credentials expired. */
    OPERATOR;

    /** Whether the table, or a part of it, has less capacity than it is asked for. */
    boolean isThrottling() {
        return this == UNPROCESSED || this == THROTTLED;
    }

    /** Whether the table or the way to it has failed, and not single items only. */
    boolean isOutage() {
        return !isThrottling() && this != CONFLICT;
    }

    /** Whether DynamoDB may have written, and charged for, a write that failed this way. */
    boolean mayHaveTakenEffect() {
        return switch (this) {
            case TIMEOUT, CONNECTION, SERVER_ERROR, CONFLICT -> true;
            case UNPROCESSED, THROTTLED, OPERATOR -> false;
        };
    }

    /** As it stands in metrics, such as {@code server-error}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
