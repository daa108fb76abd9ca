/**
 * Many records a step. What Kafka Streams does for one record costs more than the router's own work, so a poll's records of
 * a partition pass through it as one, and are sent by the thread's own producer. Where Streams makes its consumers itself
 * (group.protocol=streams), records come one by one and all is as it would be without this.
 */
package io.sidetrack.router.batch;
