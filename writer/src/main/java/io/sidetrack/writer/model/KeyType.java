package io.sidetrack.writer.model;

/** The types that a key attribute can have in DynamoDB; the names are those of the wire format. */
public enum KeyType {
    /** Text, in UTF-8. */
    S,
    /** A number of up to 38 digits. */
    N,
    /** Bytes. */
    B
}
