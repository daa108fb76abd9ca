package io.sidetrack.writer.model;

import java.util.Locale;

/** Why a record cannot become an item. The code is in every dead letter and in the metrics. */
public enum Reason {
    /** The value, or a Kafka key that is to be text, is not UTF-8. */
    NOT_UTF8,
    /** The value, or a Kafka key that is to be JSON, is not one JSON text. */
    NOT_JSON,
    /** The value is JSON, but not an object. */
    NOT_AN_OBJECT,
    /** An object has a field twice: which of them is meant cannot be known. */
    DUPLICATE_FIELD,
    /** An attribute name is empty or longer than 65,535 bytes. */
    BAD_ATTRIBUTE_NAME,
    /** A number has more than 38 digits, or is outside 1E-130 to 9.99E+125. */
    NUMBER_OUT_OF_RANGE,
    /** Text with half of a surrogate pair, which no UTF-8 can hold. */
    BROKEN_TEXT,
    /** Nested deeper than DynamoDB's 32 levels. */
    TOO_DEEP,
    /** A key attribute is not there. */
    KEY_MISSING,
    /** A key attribute is there, but empty. */
    KEY_EMPTY,
    /** A key attribute is not of the table's type. */
    KEY_WRONG_TYPE,
    /** A partition key of more than 2048 bytes, or a sort key of more than 1024. */
    KEY_TOO_LONG,
    /** The value names another key than the Kafka key that the writer was told to use. */
    KEY_CONTRADICTED,
    /** The version that the guard compares is not there, or is neither a number nor an instant. */
    VERSION_MISSING,
    /** The version is a time that is too far in the future. */
    VERSION_IN_FUTURE,
    /** The item is larger than 400 KB. */
    ITEM_TOO_LARGE,
    /** DynamoDB refused it, and it alone. */
    REFUSED_BY_TABLE;

    /** The name as it stands in headers, metrics and logs, such as {@code key-missing}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
