/**
 * Chooses a record's lane. Promises a choice for every record, whatever its producer has put into it (R5). Independent of
 * topics, producers and Streams.
 */
package io.sidetrack.router.lane;
