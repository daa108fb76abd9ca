/**
 * How much a stream thread reads before it processes what it has read, in bytes after decompression. Kafka limits a poll by its
 * number of records and a fetch by its compressed bytes; neither bounds memory, because a record can be a thousand times
 * larger than its share of a compressed batch.
 *
 * <p>The consumer decompresses one record at a time while {@code poll} collects records. Its deserializers, which see each of
 * them, count; once a poll has reached its limit, they reject the next record. The consumer then ends the poll with the records
 * that it has, keeps the rejected one, and offers it again in the next poll. Nothing is fetched twice. What Kafka Streams has
 * polled and not processed yet reduces the limit of the next poll; when nothing is left of it, the thread polls without
 * reading.
 *
 * <p>Kafka documents none of this; the router's {@code StreamsContractIT} fails if it changes.
 */
package io.sidetrack.common.poll;
