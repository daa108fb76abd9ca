package io.sidetrack.common.http;

import java.time.Duration;

/**
 * What a client may take of a listener.
 *
 * @param connections open at a time
 * @param request how long a request may take to arrive
 * @param response how long an answer may take to be made and read
 */
record HttpLimits(int connections, Duration request, Duration response) {
    static HttpLimits of(int connections) {
        return new HttpLimits(connections, Duration.ofSeconds(5), Duration.ofSeconds(10));
    }
}
