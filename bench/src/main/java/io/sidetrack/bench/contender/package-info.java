/**
 * The alternatives to Sidetrack: programs that a careful engineer would write in an afternoon, each a process of its own,
 * with the same SDK and HTTP client. Unless stated otherwise, their arguments are: bootstrap servers, topic, table, batches
 * in flight.
 */
package io.sidetrack.bench.contender;
