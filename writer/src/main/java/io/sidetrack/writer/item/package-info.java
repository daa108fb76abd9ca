/**
 * From a Kafka record's bytes to one write of a table, or to the reason why there can be none. Promises that what comes
 * out is legal for DynamoDB as far as that can be known here (key present and of the right type, numbers exact and in
 * range, nesting, size), and that nothing a producer sends makes it throw. Knows neither Kafka nor AWS types.
 */
package io.sidetrack.writer.item;
