/** Moves the offsets of a consumer group to the router and back, or to another group. */
package io.sidetrack.ops.takeover;
