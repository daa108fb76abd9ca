package io.sidetrack.sandbox.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Latencies of live messages, in ms. Thread-safe. */
final class Latencies {
    private final List<Double> all = new ArrayList<>();

    synchronized void add(double ms) {
        all.add(ms);
    }

    synchronized int count() {
        return all.size();
    }

    /**
     * A quantile by nearest rank, in ms; 0 if there are no measurements.
     *
     * @param share the quantile's share, such as 0.5 for the median
     */
    synchronized double quantile(double share) {
        if (all.isEmpty()) {
            return 0;
        }
        List<Double> sorted = new ArrayList<>(all);
        Collections.sort(sorted);
        return sorted.get((int) Math.max(0, Math.ceil(share * sorted.size()) - 1));
    }

    @Override
    public String toString() {
        return "p50 %.0f ms, p99 %.0f ms (%d messages)".formatted(quantile(0.5), quantile(0.99), count());
    }
}
