/**
 * The write path of a stream thread: a lock around the thread's buffer, the sender, the waits of the stream thread, and one
 * timer. Nothing here depends on Kafka Streams or on the AWS SDK; clock, timer, table and topics are passed in, so
 * that a simulation can run all of it in virtual time.
 */
package io.sidetrack.writer.thread;
