/**
 * The partition of a record within its lane, and the records that a lane does not accept. Never sends anything, and is
 * independent of Streams.
 */
package io.sidetrack.router.placement;
