/** Pauses and resumes the writers of a backfill lane, and limits their speed. */
package io.sidetrack.ops.steering;
