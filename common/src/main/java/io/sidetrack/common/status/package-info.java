/**
 * What services have done with the records of named backfills, published to a topic, so that a command can show it without
 * knowing the services' addresses. Counting never fails, waits for nothing, and stops if the topic may not be used.
 */
package io.sidetrack.common.status;
