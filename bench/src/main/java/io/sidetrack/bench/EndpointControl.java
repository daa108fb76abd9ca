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

/** Controls the endpoint's process, and reads its counts. */
final class EndpointControl {
    private final HttpClient http = HttpClient.newHttpClient();
    private final URI endpoint;

    /**
     * The writes since the last reset.
     *
     * @param items the number of items in all calls
     * @param distinct the number of different keys
     * @param calls the number of calls
     * @param nanos the time of the counts, by the endpoint's clock
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

    /** Empties the table, and verifies every write of the incident's records from now on. */
    void audit(Orders orders) {
        var unused = get("/audit/" + orders.records());
    }

    /** The result of the verification, provided that no more writes follow. */
    Findings findings() {
        return Findings.parse(get("/findings"));
    }

    /** Empties the table, and records the time of each key's first write from now on, for {@link #times}. */
    void keepTimes() {
        var unused = get("/keep-times");
    }

    /**
     * Makes items exist, until the next reset.
     *
     * @param below the keys with lower numbers exist
     * @param every only every n-th of these keys exists
     * @param shapes the number of different sets of attribute names
     * @param newer whether the items are newer than any record
     */
    void existing(int below, int every, int shapes, boolean newer) {
        var unused = get("/existing/" + below + "/" + every + "/" + shapes + "/" + newer);
    }

    /** Sets the table's write units per second; 0 for no limit. */
    void capacity(int units) {
        var unused = get("/capacity/" + units);
    }

    /** Sets the latency of writes from now on, in ms; with -1, the table does not respond. */
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

    /** The time at which the first write of each key was acknowledged, in µs since the epoch. */
    Map<Integer, Long> times() {
        Map<Integer, Long> times = new HashMap<>();
        get("/times").lines().forEach(line -> {
            String[] columns = line.split(" ", -1);
            times.put(Integer.valueOf(columns[0]), Long.valueOf(columns[1]));
        });
        return times;
    }

    /** Waits until the endpoint responds. */
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
            throw new SandboxException("the endpoint does not respond", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }
}
