/**
 * What Sidetrack is measured against: programs as a careful engineer would write them in an afternoon, each a process of
 * its own, with the same SDK and HTTP client. Arguments of each: bootstrap servers, topic, table, batches in flight.
 */
package io.sidetrack.bench.contender;
