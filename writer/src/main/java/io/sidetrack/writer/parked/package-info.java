/**
 * Sends the records of paused and cancelled backfills to the parked topic, each as it is on the lane, with a header that says who
 * has parked it. Promises that a record counts as parked only when the topic has acknowledged it, and that the topic's last
 * copies of a partition's records are in the order of the lane.
 */
package io.sidetrack.writer.parked;
