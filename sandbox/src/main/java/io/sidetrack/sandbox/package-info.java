/**
 * A real broker and a real DynamoDB endpoint on this machine, with faults on demand, for the demo and the integration
 * tests. Nothing here is part of what runs in production, and no service depends on it.
 */
package io.sidetrack.sandbox;
