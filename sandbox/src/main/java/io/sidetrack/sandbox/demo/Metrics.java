package io.sidetrack.sandbox.demo;

import io.sidetrack.sandbox.ServiceProcess;
import java.util.Map;

/** The metrics of a service at one moment, by name with labels; empty if it did not respond. */
record Metrics(Map<String, Double> values) {
    static Metrics of(int port) {
        return new Metrics(ServiceProcess.metrics(port));
    }

    boolean isEmpty() {
        return values.isEmpty();
    }

    /** A metric without labels; 0 if it is absent. */
    double value(String name) {
        return values.getOrDefault(name, 0.0);
    }

    /** The sum over all metrics of a name whose labels contain a text, such as {@code outcome="written"}. */
    double sum(String name, String label) {
        return values.entrySet().stream()
                .filter(metric -> metric.getKey().startsWith(name + "{")
                        && metric.getKey().contains(label))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    /** The number of records that a writer has finished with an outcome. */
    double items(String outcome) {
        return sum("sidetrack_writer_items_total", "outcome=\"" + outcome + "\"");
    }

    /** The number of records that a writer has finished, regardless of their outcome. */
    double finished() {
        return items("written") + items("superseded") + items("dead_lettered");
    }

    /** The number of records that a router has sent to a lane. */
    double routed(String lane) {
        return sum("sidetrack_router_records_total", "lane=\"" + lane + "\"");
    }
}
