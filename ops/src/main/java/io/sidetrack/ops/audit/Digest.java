package io.sidetrack.ops.audit;

/**
 * A record's bytes in 192 bits. Records with the same digest are taken as identical.
 *
 * @param key of the key alone
 * @param identity of key and original timestamp
 * @param content of key, original timestamp, value and the headers that are not Sidetrack's own, in their order
 */
record Digest(long key, long identity, long content) {}
