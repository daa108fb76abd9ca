package io.sidetrack.common.http;

import java.time.Duration;

/**
 * The limits of a listener.
 *
 * @param connections the number of open connections
 * @param request how long a request may take to arrive
 * @param response how long a response may take to be created and read
 */
record HttpLimits(int connections, Duration request, Duration response) {
    static HttpLimits of(int connections) {
        return new HttpLimits(connections, Duration.ofSeconds(5), Duration.ofSeconds(10));
    }
}
