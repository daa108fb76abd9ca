/**
 * Many records in one step. What Kafka Streams does for one record costs more than the router's own work, so a poll's records
 * of a partition pass through Streams as one, and the thread's own producer sends them. No record is lost or repeated by it:
 * an offset is committed only after every record before it has arrived, and a send that fails makes the whole thread start
 * again from its committed offsets. Where Streams makes its consumers itself ({@code group.protocol=streams}), records come one
 * at a time.
 *
 * <p>docs/adr/0001-batch-step.md explains why this is here, and names the test of each assumption about Streams.
 */
package io.sidetrack.router.batch;
