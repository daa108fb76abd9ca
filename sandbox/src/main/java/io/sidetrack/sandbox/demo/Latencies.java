package io.sidetrack.sandbox.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Latencies of live messages. Thread-safe. */
final class Latencies {
    private final List<Seen> all = new ArrayList<>();

    /**
     * A live message that was found in the table.
     *
     * @param ms the time from just before it was sent until it was found
     * @param readMs the duration of the read that found it, which is the last part of that time
     */
    record Seen(double ms, double readMs) {}

    synchronized void add(Seen message) {
        all.add(message);
    }

    synchronized int count() {
        return all.size();
    }

    /**
     * A quantile by nearest rank, in ms; 0 if there are no measurements.
     *
     * @param share the quantile's share, such as 0.5 for the median
     */
    double quantile(double share) {
        return quantile(share, Seen::ms);
    }

    /** A quantile of the durations of the reads, in ms; 0 if there are no measurements. */
    double readQuantile(double share) {
        return quantile(share, Seen::readMs);
    }

    /** The average duration of the reads, in ms; NaN if there are no measurements. */
    synchronized double averageReadMs() {
        return all.stream().mapToDouble(Seen::readMs).average().orElse(Double.NaN);
    }

    private synchronized double quantile(double share, ToDoubleFunction<Seen> value) {
        if (all.isEmpty()) {
            return 0;
        }
        List<Double> sorted =
                new ArrayList<>(all.stream().mapToDouble(value).boxed().toList());
        Collections.sort(sorted);
        return sorted.get((int) Math.max(0, Math.ceil(share * sorted.size()) - 1));
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT, "p50 %,.0f ms, p99 %,.0f ms (%,d messages)", quantile(0.5), quantile(0.99), count());
    }
}
