package io.sidetrack.mapping.item;

import io.sidetrack.mapping.model.KeyAttribute;
import java.io.IOException;
import java.util.Optional;

/**
 * Reads the values of an item's attributes from a JSON parser. Each method reads the parser's current value to its end. Used for
 * one record, by one thread.
 */
sealed interface ItemValues permits PlainValues, TypedValues {
    /** Encodes a value as DynamoDB's JSON. @return its size as DynamoDB counts it */
    long encode() throws IOException, RejectedException;

    /** Returns the value of an attribute of the table's key. */
    KeyValue key(KeyAttribute attribute) throws IOException, RejectedException;

    /** Returns the value of an attribute of an index's key; an empty result if the value is null or empty. */
    Optional<KeyValue> indexKey(KeyAttribute attribute) throws IOException, RejectedException;
}
