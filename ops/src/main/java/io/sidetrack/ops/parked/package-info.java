/**
 * The records of named backfills that routers and writers have parked: counts them, and returns them to the lane in their order.
 * Knows the services only by their settings, their offsets and what they park.
 */
package io.sidetrack.ops.parked;
