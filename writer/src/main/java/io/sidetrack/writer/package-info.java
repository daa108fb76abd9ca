/**
 * The writer: takes one lane's records, in batches, into one DynamoDB table. The packages follow a record's way: {@code
 * item} (bytes to a write), {@code buffer} (when it is sent, and with what), {@code table} (how), {@code deadletter}
 * (where it goes if it cannot be written), {@code commit} (when its offset may be committed).
 *
 * <p>{@code docs/guarantees.md} defines W1 to W9, which comments cite.
 */
package io.sidetrack.writer;
