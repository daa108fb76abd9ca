/** What writing a backfill to the table costs, for the commands that plan or start one. */
package io.sidetrack.ops.cost;
