package io.sidetrack.ops.scrape;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.OpsException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the metrics of running services. Thread-safe. */
public final class MetricsPage {
    /** The time limit of a request. */
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final String option;
    private final String port;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    /**
     * @param option the option that names the services, for messages
     * @param port the setting that contains their port
     */
    public MetricsPage(String option, String port) {
        this.option = option;
        this.port = port;
    }

    /**
     * Checks addresses before any is used.
     *
     * @throws StartupException if a URL is not the address of an HTTP server
     */
    public void requireHttp(List<URI> services) {
        services.forEach(this::requireHttp);
    }

    private void requireHttp(URI service) {
        if (!("http".equals(service.getScheme()) || "https".equals(service.getScheme())) || service.getHost() == null) {
            throw new StartupException(
                    option + "=" + service,
                    "not the address of an HTTP server",
                    "Write it with its scheme, such as http://localhost:8080.");
        }
    }

    /**
     * The metrics of services in Prometheus text format, by address.
     *
     * @throws OpsException if a service does not respond
     */
    public Map<URI, String> read(List<URI> services) {
        Map<URI, String> pages = new LinkedHashMap<>();
        services.forEach(service -> pages.put(service, read(service)));
        return pages;
    }

    private String read(URI service) {
        try {
            return client.send(
                            HttpRequest.newBuilder(service.resolve("/metrics"))
                                    .timeout(TIMEOUT)
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException | IllegalArgumentException e) {
            throw new OpsException(
                    "%s=%s does not respond (%s); use the host and the %s of a running instance"
                            .formatted(option, service, e.getMessage(), port),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpsException("interrupted", e);
        }
    }

    /** The metrics without labels, by name. */
    public static Map<String, Double> withoutLabels(String page) {
        Map<String, Double> metrics = new HashMap<>();
        page.lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split(" "))
                .filter(words -> words.length >= 2 && words[0].indexOf('{') < 0)
                .forEach(words -> value(words[1]).ifPresent(value -> metrics.put(words[0], value)));
        return metrics;
    }

    private static Optional<Double> value(String text) {
        if (text.equals("+Inf")) {
            return Optional.of(Double.POSITIVE_INFINITY);
        }
        try {
            return Optional.of(Double.parseDouble(text));
        } catch (NumberFormatException e) {
            // Not a metric.
            return Optional.empty();
        }
    }
}
