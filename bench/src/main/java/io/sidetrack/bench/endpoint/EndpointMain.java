package io.sidetrack.bench.endpoint;

import java.io.IOException;

/** Runs the endpoint. Arguments: table, port. */
public final class EndpointMain {
    private EndpointMain() {}

    public static void main(String[] args) throws IOException {
        new Endpoint(args[0], Integer.parseInt(args[1])).run();
    }
}
