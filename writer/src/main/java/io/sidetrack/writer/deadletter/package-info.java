/**
 * Where records go that cannot be written: with the reason and their origin in headers, whole if the topic accepts that, else
 * in a smaller form. Promises that a record counts as finished only when the dead-letter topic has acknowledged it, and that no
 * record is too large to be acknowledged.
 */
package io.sidetrack.writer.deadletter;
