package io.sidetrack.writer.buffer;

import java.util.Locale;

/** The reason why a write is retried. */
public enum RetryCause {
    /** DynamoDB accepted the call, but did not process this item ({@code UnprocessedItems}, with HTTP 200). */
    UNPROCESSED,
    /** The table or the account is over its capacity. */
    THROTTLED,
    /** Only a secondary index is over its capacity: the items that are in this index. */
    THROTTLED_INDEX,
    /** Only a key range is over its capacity, of the table or of an index: the items of this range. */
    THROTTLED_KEY_RANGE,
    /** Another write of the same item is in progress, in a transaction or in another region. Affects only this item. */
    CONFLICT,
    /** DynamoDB failed (5xx). */
    SERVER_ERROR,
    /** There was no response in time: the write may have taken effect. */
    TIMEOUT,
    /** The connection failed: the write may have taken effect. */
    CONNECTION,
    /** An operator must fix the cause: a missing table, denied access, or expired credentials. */
    OPERATOR;

    /** Whether the table, a key range of it, or an index is over its capacity. */
    boolean isThrottling() {
        return this == UNPROCESSED || this == THROTTLED || isOfSomeItems();
    }

    /** Whether only an index or a key range is known to be over its capacity, and other items are not concerned. */
    boolean isOfSomeItems() {
        return this == THROTTLED_INDEX || this == THROTTLED_KEY_RANGE;
    }

    /** Whether the table or the connection to it failed, and not only single items. */
    boolean isOutage() {
        return !isThrottling() && this != CONFLICT;
    }

    /** Whether a write that failed with this cause may have taken effect, and may have been charged. */
    boolean mayHaveTakenEffect() {
        return switch (this) {
            case TIMEOUT, CONNECTION, SERVER_ERROR, CONFLICT -> true;
            case UNPROCESSED, THROTTLED, THROTTLED_INDEX, THROTTLED_KEY_RANGE, OPERATOR -> false;
        };
    }

    /** Returns the name used in metrics, such as {@code server-error}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
