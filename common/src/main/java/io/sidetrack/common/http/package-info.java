/** What a service shows of itself over HTTP: whether it lives, whether it is ready, and its metrics. */
package io.sidetrack.common.http;
