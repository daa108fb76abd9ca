/** Computes the resources with which a backfill finishes in time. */
package io.sidetrack.ops.sizing;
