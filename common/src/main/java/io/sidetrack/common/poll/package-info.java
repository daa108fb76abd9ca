/**
 * Limits how much a stream thread reads before it processes it, in bytes after decompression. Kafka limits a poll by its number
 * of records and a fetch by its compressed bytes. Neither bounds memory, because a record can be a thousand times larger than its
 * share of a compressed batch.
 *
 * <p>The consumer decompresses one record at a time while {@code poll} collects records. Its deserializers count each record, and
 * reject the next one when the poll has reached its limit. The consumer then ends the poll with the records that it has, keeps
 * the rejected one, and offers it again in the next poll. Nothing is fetched twice. Records that Kafka Streams has polled and not
 * processed reduce the limit of the next poll. When nothing is left of the limit, the thread polls without reading.
 *
 * <p>Kafka does not document this behaviour; the router's {@code StreamsContractIT} fails if it changes.
 */
package io.sidetrack.common.poll;
