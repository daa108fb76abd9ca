/**
 * The part of a lane's write budget that this instance may use. All instances of a group calculate it by the same rules, from
 * the partitions that they own and from the offsets that every instance can read from the brokers, so that the parts of all
 * instances never add up to more than the budget. No instance coordinates the others. Pure: no threads, no clock, no I/O.
 */
package io.sidetrack.writer.share;
