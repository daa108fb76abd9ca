/** A service's health and metrics over HTTP. Promises that a client that hangs cannot block a probe. */
package io.sidetrack.common.http;
