package io.sidetrack.mapping.model;

import java.util.Locale;

/** The reason why a record is rejected. Its code is in every dead letter and in the metrics. */
public enum Reason {
    /** The value, or a Kafka key that is read as text or JSON, is not valid UTF-8. */
    NOT_UTF8,
    /** The value, or a Kafka key that is read as JSON, is not a single JSON text. */
    NOT_JSON,
    /** The value is JSON, but not an object. */
    NOT_AN_OBJECT,
    /**
     * The value is marked as an item in DynamoDB's JSON, but one of its values has not exactly one type, or not the form of its type:
     * an empty set, a set with equal elements, Base64 without padding.
     */
    NOT_DYNAMODB_JSON,
    /** An object has a field twice: it is ambiguous which one is meant. */
    DUPLICATE_FIELD,
    /** An attribute name is empty or longer than 65,535 bytes. */
    BAD_ATTRIBUTE_NAME,
    /** A number has more than 38 digits, or is outside 1E-130 to 9.99E+125. */
    NUMBER_OUT_OF_RANGE,
    /** A string has an unpaired surrogate, which UTF-8 cannot represent. */
    BROKEN_TEXT,
    /** The value is nested deeper than DynamoDB's 32 levels. */
    TOO_DEEP,
    /** A key attribute is missing. */
    KEY_MISSING,
    /** A key attribute is empty. */
    KEY_EMPTY,
    /** A key attribute is not of the type that the table declares. */
    KEY_WRONG_TYPE,
    /** A partition key is longer than 2048 bytes, or a sort key longer than 1024. */
    KEY_TOO_LONG,
    /** The key in the value differs from the Kafka key, from which the writer is configured to read the key. */
    KEY_CONTRADICTED,
    /** An attribute of an index key is empty or null. */
    INDEX_KEY_EMPTY,
    /** An attribute of an index key is not of the type that the table declares. */
    INDEX_KEY_WRONG_TYPE,
    /** An attribute of an index's partition key is longer than 2048 bytes, or one of its sort key longer than 1024. */
    INDEX_KEY_TOO_LONG,
    /** The version is missing, or is neither a number nor an instant. */
    VERSION_MISSING,
    /** The version is a time that is too far in the future. */
    VERSION_IN_FUTURE,
    /** The item is larger than 400 KB. */
    ITEM_TOO_LARGE,
    /** DynamoDB rejected this item alone. */
    REFUSED_BY_TABLE,
    /** The record was to be parked, and the parked topic rejected it alone, as too large. */
    REFUSED_BY_PARKED_TOPIC;

    /** Returns the name used in headers, metrics and logs, such as {@code key-missing}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
