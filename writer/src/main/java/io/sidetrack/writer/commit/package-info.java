/**
 * When an offset may be committed. Kafka Streams commits what {@code process()} has returned from, and knows nothing of
 * a buffer; but it flushes the thread's producer before every commit. The gate is a producer whose {@code flush()} first
 * waits until everything the thread has taken in is durable (W1). Everything here that rests on the inner order of Kafka
 * Streams is recorded by a test on a real broker.
 */
package io.sidetrack.writer.commit;
