package io.sidetrack.common.http;

import java.util.Optional;

/**
 * The first line of a request. Headers and body are ignored.
 *
 * @param method the method, such as {@code GET}
 * @param path the path without the query
 */
record HttpRequest(String method, String path) {
    private static final String SCHEME = "http://";

    /**
     * Parses a request.
     *
     * @param head the text before the empty line
     * @return empty if it is not an HTTP/1 request
     */
    static Optional<HttpRequest> parse(String head) {
        String[] line = head.lines().findFirst().orElse("").split(" ", -1);
        if (line.length != 3 || line[0].isEmpty() || !line[2].startsWith("HTTP/1.")) {
            return Optional.empty();
        }
        String target = line[1];
        if (target.startsWith(SCHEME)) {
            int slash = target.indexOf('/', SCHEME.length());
            target = slash < 0 ? "/" : target.substring(slash);
        }
        int query = target.indexOf('?');
        String path = query < 0 ? target : target.substring(0, query);
        return path.startsWith("/") ? Optional.of(new HttpRequest(line[0], path)) : Optional.empty();
    }

    boolean isHead() {
        return method.equals("HEAD");
    }

    boolean onlyReads() {
        return method.equals("GET") || isHead();
    }
}
