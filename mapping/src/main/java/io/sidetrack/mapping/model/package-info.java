/**
 * The data types that the mapping and the steps of the writer pass to each other: a Kafka record, the write that it becomes, or the
 * reason why it is rejected, and the table's schema. Contains no encoding and no I/O, and depends on no other package of these
 * modules. Uses neither Kafka nor AWS types.
 */
package io.sidetrack.mapping.model;
