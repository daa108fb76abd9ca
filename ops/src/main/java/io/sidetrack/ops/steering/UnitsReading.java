package io.sidetrack.ops.steering;

import io.sidetrack.ops.scrape.MetricsPage;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The write units of the writers of a lane, as their metrics show them at one time.
 *
 * @param nanos the time
 * @param instances by address
 */
public record UnitsReading(long nanos, Map<URI, Instance> instances) {
    /**
     * One writer.
     *
     * @param charged the units that were charged since its start
     * @param laneLimit the limit of the whole lane; infinite for none, NaN for a writer of an earlier build
     */
    public record Instance(double charged, double laneLimit) {}

    /**
     * Reads the metrics of writers.
     *
     * @param pages the metrics of all writers, by address
     * @param nanos when they were read
     */
    public static UnitsReading of(Map<URI, String> pages, long nanos) {
        Map<URI, Instance> instances = new LinkedHashMap<>();
        pages.forEach((url, page) -> {
            Map<String, Double> metrics = MetricsPage.withoutLabels(page);
            instances.put(
                    url,
                    new Instance(
                            metrics.getOrDefault("sidetrack_writer_write_units_total", 0.0),
                            metrics.getOrDefault("sidetrack_writer_lane_write_unit_limit", Double.NaN)));
        });
        return new UnitsReading(nanos, instances);
    }

    /** The use of write units between an earlier reading and this one. */
    public UnitsUse since(UnitsReading earlier) {
        double units = 0;
        for (Map.Entry<URI, Instance> instance : instances.entrySet()) {
            double now = instance.getValue().charged();
            double before = Optional.ofNullable(earlier.instances.get(instance.getKey()))
                    .map(Instance::charged)
                    .orElse(now);
            // A writer that was restarted counts from 0.
            units += now < before ? now : now - before;
        }
        List<Double> limits = instances.values().stream()
                .map(Instance::laneLimit)
                .distinct()
                .sorted()
                .toList();
        double seconds = (nanos - earlier.nanos) / 1e9;
        return new UnitsUse(instances.size(), seconds > 0 ? units / seconds : 0, limits);
    }
}
