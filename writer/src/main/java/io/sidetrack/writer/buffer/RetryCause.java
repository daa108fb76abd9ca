package io.sidetrack.writer.buffer;

import java.util.Locale;

/** Why a write is to be tried again. */
public enum RetryCause {
    /** DynamoDB took the call but not this item ({@code UnprocessedItems}, with HTTP 200). */
    UNPROCESSED,
    /** The table or the account is over its capacity. */
    THROTTLED,
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

    /** As it stands in metrics, such as {@code server-error}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
