/**
 * The reasons why the writer does not read. A hold is a value with a name and an owner; the topology is paused while any
 * hold is active. Each hold's comment lists the events that end it. Loss of the partitions and shutdown are always among
 * them, so that no hold outlives its reason (W9). Independent of Kafka: the actions that pause and resume are passed in.
 */
package io.sidetrack.writer.hold;
