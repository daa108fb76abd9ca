/**
 * {@code sidetrack replay}: a part of a retained topic is copied to a backfill lane. Which part, which of its records, with which
 * headers and at what price is decided here; the copying itself is in {@link io.sidetrack.ops.copy}.
 */
package io.sidetrack.ops.replay;
