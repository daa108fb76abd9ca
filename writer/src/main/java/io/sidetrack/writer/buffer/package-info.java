/**
 * The core of the writer: a state machine without threads, clock or I/O. Its inputs are writes, times and outcomes; its
 * outputs are batches and dead letters. It promises that two writes of one key are never in flight at the same time and the
 * last one wins (W2), that batches are legal (W6), and that every record is accounted for exactly once (W5). Uses neither
 * Kafka nor AWS types. The caller must hold a lock around every call.
 */
package io.sidetrack.writer.buffer;
