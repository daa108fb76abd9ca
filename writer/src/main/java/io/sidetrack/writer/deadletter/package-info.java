/**
 * Sends records that cannot be written to the dead-letter topic, with the reason and their source in headers: whole if the
 * topic accepts that, otherwise in a smaller form. Promises that a record counts as finished only when the dead-letter topic
 * has acknowledged it, and that no record is too large to be acknowledged.
 */
package io.sidetrack.writer.deadletter;
