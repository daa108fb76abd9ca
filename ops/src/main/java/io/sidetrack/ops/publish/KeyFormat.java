package io.sidetrack.ops.publish;

/** How a Kafka key contains the key of an item: the formats that the writer reads, by the names of its setting. */
enum KeyFormat {
    /** {@link #JSON} for a table with a sort key, otherwise {@link #TEXT}. */
    AUTO,
    /** The value of the partition key: a string, a number's digits, or bytes. */
    TEXT,
    /** A JSON object with the key attributes. */
    JSON
}
