/** Starts one Kafka broker in a process of its own. Only this package knows the broker's classes. */
package io.sidetrack.sandbox.broker;
