/** Starts a Kafka broker in a process of its own. Only this package depends on the broker's classes. */
package io.sidetrack.sandbox.broker;
