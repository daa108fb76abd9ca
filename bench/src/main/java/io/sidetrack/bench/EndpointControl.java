package io.sidetrack.bench;

import io.sidetrack.bench.endpoint.Findings;
import io.sidetrack.bench.endpoint.Orders;
import io.sidetrack.sandbox.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Steers the endpoint's process and reads what it has counted. */
final class EndpointControl {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;

    /**
     * What was written since the last reset.
     *
     * @param items of all calls
     * @param distinct different keys
     * @param nanos the endpoint's clock when it was counted
     */
    record Count(long items, long distinct, long calls, long nanos) {}

    EndpointControl(URI endpoint) {
        this.endpoint = endpoint;
    }

    URI endpoint() {
        return endpoint;
    }

    /** Empties the table. */
    void reset() {
        var unused = get("/reset");
    }

    /** Empties the table, and checks every write of the incident's records from now on. */
    void audit(Orders orders) {
        var unused = get("/audit/" + orders.records());
    }

    /** What would be wrong if nothing more was written. */
    Findings findings() {
        return Findings.parse(get("/findings"));
    }

    /** Empties the table, and keeps when each key is first written, for {@link #times}. */
    void keepTimes() {
        var unused = get("/keep-times");
    }

    /** Lets the keys of the numbers below one exist; until the next reset. */
    void existing(int below) {
        var unused = get("/existing/" + below);
    }

    /** Sets the table's write units per second; 0 for no limit. */
    void capacity(int units) {
        var unused = get("/capacity/" + units);
    }

    /** Sets the latency of every write from now on, in ms; -1 to answer none. */
    void latency(long ms) {
        var unused = get("/latency/" + ms);
    }

    Count count() {
        String[] numbers = get("/count").split(" ", -1);
        return new Count(
                Long.parseLong(numbers[0]),
                Long.parseLong(numbers[1]),
                Long.parseLong(numbers[2]),
                Long.parseLong(numbers[3]));
    }

    /** When each key was first answered, in µs since the epoch. */
    Map<Integer, Long> times() {
        Map<Integer, Long> times = new HashMap<>();
        get("/times").lines().forEach(line -> {
            String[] both = line.split(" ", -1);
            times.put(Integer.valueOf(both[0]), Long.valueOf(both[1]));
        });
        return times;
    }

    /** Waits until it listens. */
    void awaitUp(Duration limit) {
        long start = System.nanoTime();
        while (true) {
            try {
                var unused = count();
                return;
            } catch (SandboxException e) {
                if (System.nanoTime() - start > limit.toNanos()) {
                    throw e;
                }
            }
        }
    }

    private String get(String path) {
        try {
            return http.send(
                            HttpRequest.newBuilder(endpoint.resolve(path))
                                    .timeout(Duration.ofSeconds(20))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new SandboxException("the endpoint does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }
}
