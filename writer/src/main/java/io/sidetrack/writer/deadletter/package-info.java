/**
 * Where records go that cannot be written: whole, with the reason and their origin in headers. Promises that a record
 * counts as finished only when the dead-letter topic has acknowledged it.
 */
package io.sidetrack.writer.deadletter;
