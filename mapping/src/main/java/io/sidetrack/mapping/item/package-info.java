/**
 * Maps a Kafka record's bytes to one write of a table, or to the reason why it is rejected. Promises that every accepted
 * item is legal for DynamoDB as far as the writer can check it (key present and of the right type, numbers exact and in
 * range, nesting, size), and that nothing a producer sends causes an exception. Uses neither Kafka nor AWS types; the data
 * types are in {@link io.sidetrack.mapping.model}.
 */
package io.sidetrack.mapping.item;
