/**
 * Routers on a cluster of three brokers, in a run of faults from a seed. Nothing here judges what is on the lanes: that is
 * done by {@code sidetrack audit}, as an operator runs it.
 */
package io.sidetrack.sandbox.faults;
