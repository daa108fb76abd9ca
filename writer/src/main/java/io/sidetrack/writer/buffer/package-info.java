/**
 * The heart of the writer: a state machine without threads, clock or I/O. Writes, times and outcomes go in; batches and
 * dead letters come out. It promises that two writes of one key are never in flight together and the last one wins (W2),
 * that batches are legal (W6), and that every record put in is accounted for exactly once (W5). Knows neither Kafka nor
 * AWS types; whoever calls it holds the lock.
 */
package io.sidetrack.writer.buffer;
