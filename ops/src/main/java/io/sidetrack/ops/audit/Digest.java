package io.sidetrack.ops.audit;

/**
 * A digest of a record in 192 bits. Records with the same digest count as identical.
 *
 * @param key digest of the key alone
 * @param identity digest of key and original timestamp
 * @param content digest of key, original timestamp, value and the headers that are not Sidetrack's own, in their order
 */
record Digest(long key, long identity, long content) {}
