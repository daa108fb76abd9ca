/**
 * The writer: writes the records of one lane to one DynamoDB table, in batches. {@link io.sidetrack.writer.WriterMain} reads
 * the configuration, {@link io.sidetrack.writer.WriterChecks} checks the topics, and {@link
 * io.sidetrack.writer.WriterAssembly} builds and runs everything else.
 *
 * <p>The packages follow the path of a record: {@code item} maps it to a write, {@code buffer} decides when the write is
 * sent and in which batch, {@code table} sends it, {@code deadletter} keeps it if it cannot be written, {@code parked} keeps it if
 * its backfill is paused, and {@code commit} decides when its offset is committed. {@code thread} runs this path on a stream thread; {@code hold} and {@code watch}
 * pause and monitor it; {@code settings} configures it; {@code model} holds the data types.
 *
 * <p>{@code docs/guarantees.md} defines W1 to W9, which comments cite.
 */
package io.sidetrack.writer;
