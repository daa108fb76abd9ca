/**
 * What clients can find out about the brokers themselves. Nothing here stops a service: a broker that does not
 * respond, or responds with something unknown, counts as an unknown release.
 */
package io.sidetrack.common.broker;
