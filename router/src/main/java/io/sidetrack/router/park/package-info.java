/**
 * Decides whether a record of a named backfill goes to its lane, is parked or is discarded, as an operator has set it. Promises
 * that the records of one key and one backfill return to the lane in the order of the source, although tasks move between
 * instances that see a new setting at different times. Independent of topics, producers and Streams.
 */
package io.sidetrack.router.park;
