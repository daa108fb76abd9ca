/**
 * A real broker and a real DynamoDB endpoint on this machine, with faults on demand, for the demo, the bench and the
 * integration tests. None of this runs in production, and no service depends on it.
 */
package io.sidetrack.sandbox;
