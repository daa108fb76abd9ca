/**
 * Decides when an offset may be committed. Kafka Streams commits every record for which {@code process()} has returned,
 * because it is unaware of the buffer; but it flushes the thread's producer before every commit. The gate is a producer whose
 * {@code flush()} first waits until every record that the thread has accepted is durable (W1). A test with a real broker
 * covers each assumption about the internals of Kafka Streams.
 */
package io.sidetrack.writer.commit;
