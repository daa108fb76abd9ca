/**
 * A run of routers on a cluster of three brokers under a seeded schedule of faults, for the bench and the system tests.
 * Nothing here verifies the lanes: {@code sidetrack audit} does, as an operator runs it.
 */
package io.sidetrack.sandbox.faults;
