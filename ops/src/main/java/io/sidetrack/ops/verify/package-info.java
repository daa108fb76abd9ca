/**
 * Compares a table with the records that should be in it, key by key. It maps records with the writer's own mapping, and shares
 * no other code with the writer: it judges the writer by the topic and the table.
 */
package io.sidetrack.ops.verify;
