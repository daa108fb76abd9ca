/**
 * A table in memory with DynamoDB's protocol and a configured latency. A single thread serves all connections, to leave as
 * much as possible of the machine to the program under test.
 */
package io.sidetrack.bench.endpoint;
