/** {@code sidetrack backfill}: pauses running backfill writers, lets them go on, and sets their speed. */
package io.sidetrack.ops.steering;
