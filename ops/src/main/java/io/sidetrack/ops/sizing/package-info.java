/** How large everything must be, for a backfill to be done in time. */
package io.sidetrack.ops.sizing;
