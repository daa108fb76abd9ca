/**
 * Sends historical data from a file: one JSON object a line, its bytes untouched, keyed by one of its fields and marked as
 * a backfill. What was acknowledged is always known, so that a broken run can go on where it broke.
 */
package io.sidetrack.ops.publish;
