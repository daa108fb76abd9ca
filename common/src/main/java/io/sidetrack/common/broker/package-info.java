/**
 * What clients can find out about the brokers themselves. Nothing here stops a service: brokers that do not answer, or
 * answer something new, are an unknown release.
 */
package io.sidetrack.common.broker;
