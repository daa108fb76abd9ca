package io.sidetrack.mapping.model;

/** The types of a key attribute in DynamoDB, named as in the wire format. */
public enum KeyType {
    /** A string. */
    S,
    /** A number of up to 38 digits. */
    N,
    /** Bytes. */
    B
}
