package io.sidetrack.router.batch;

import org.apache.kafka.streams.processor.TaskId;

/**
 * Whose record is sent, and which of the source it is.
 *
 * @param toLane false for a dead letter, which goes nowhere else if its topic rejects it
 */
record Origin(TaskId task, int partition, long offset, boolean toLane) {}
