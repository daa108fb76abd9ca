/**
 * Sends historical data from a file with one JSON object per line. The bytes of a line are the value of a record, one of its
 * fields is the key, and a header marks it as part of a backfill. A run always knows which lines are acknowledged, so that
 * another run can continue where it stopped.
 */
package io.sidetrack.ops.publish;
