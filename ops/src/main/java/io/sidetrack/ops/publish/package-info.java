/**
 * Sends historical data from files with one JSON object per line, or from an export of a DynamoDB table. A line is the value of a
 * record, or contains it; one of its fields is the key, and a header marks it as part of a backfill. A run always knows which lines
 * are acknowledged, so that another run can continue where it stopped.
 */
package io.sidetrack.ops.publish;
