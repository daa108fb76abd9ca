/**
 * Sends many records in one step. What Kafka Streams does for one record costs more than the router's own work, so a poll's
 * records of a partition pass through Streams as one, and the thread's own producer sends them. No record is lost or repeated
 * because of it: an offset is committed only after every record before it has arrived, and a failed send makes the whole thread
 * restart from its committed offsets. Where Streams creates its consumers itself ({@code group.protocol=streams}), records come
 * one at a time.
 *
 * <p>docs/adr/0001-batch-step.md explains the reasons, and names the test of each assumption about Streams.
 */
package io.sidetrack.router.batch;
