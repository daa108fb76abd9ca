package io.sidetrack.common.http;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.http.HttpListener.Endpoint;
import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Serves {@code /livez} and {@code /readyz}, which return {@code 200 ok} or {@code 503} with the reason as text, and
 * {@code /metrics}, on the same port or another.
 */
public final class HttpEndpoints implements AutoCloseable {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String METRICS = "/metrics";

    private final HttpListener health;
    /** Empty if metrics share the health port. */
    private final Optional<HttpListener> metrics;

    private HttpEndpoints(HttpListener health, Optional<HttpListener> metrics) {
        this.health = health;
        this.metrics = metrics;
    }

    /**
     * Starts listening.
     *
     * @throws StartupException if a port is not available
     */
    public static HttpEndpoints listen(HttpSettings settings, Health health, PrometheusMeterRegistry registry) {
        return listen(settings, HttpLimits.of(settings.maxConnections()), health, registry);
    }

    static HttpEndpoints listen(
            HttpSettings settings, HttpLimits limits, Health health, PrometheusMeterRegistry registry) {
        Map<String, Endpoint> probes = new HashMap<>();
        probes.put("/livez", probe(health::notLive));
        probes.put("/readyz", probe(health::notReady));
        Endpoint scrape = new Endpoint(false, () -> new HttpResponse(200, PROMETHEUS, registry.scrape()));
        if (settings.metricsPort().isEmpty()) {
            probes.put(METRICS, scrape);
            return new HttpEndpoints(
                    listen(settings, settings.portText(), settings.port(), probes, limits), Optional.empty());
        }
        HttpListener first = listen(settings, settings.portText(), settings.port(), probes, limits);
        try {
            return new HttpEndpoints(
                    first,
                    Optional.of(listen(
                            settings,
                            settings.metricsPortText(),
                            settings.metricsPort().get(),
                            Map.of(METRICS, scrape),
                            limits)));
        } catch (StartupException e) {
            first.close();
            throw e;
        }
    }

    private static HttpListener listen(
            HttpSettings settings, String text, int port, Map<String, Endpoint> endpoints, HttpLimits limits) {
        InetSocketAddress address = settings.host()
                .map(host -> new InetSocketAddress(host, port))
                .orElseGet(() -> new InetSocketAddress(port));
        if (address.isUnresolved()) {
            throw new StartupException(
                    settings.hostText(), "not a known host", "Set it to an address of this machine, or remove it.");
        }
        try {
            return HttpListener.listen(address, endpoints, limits);
        } catch (IOException e) {
            String host = settings.host().isEmpty() ? "" : " with " + settings.hostText();
            throw new StartupException(
                    text + host,
                    e.getMessage(),
                    host.isEmpty()
                            ? "Set it to a free port, or to 0 for any."
                            : "Set them to a free port and an address of this machine.",
                    e);
        }
    }

    private static Endpoint probe(Supplier<Optional<String>> check) {
        return new Endpoint(true, () -> {
            Optional<String> reason = check.get();
            return HttpResponse.text(reason.isEmpty() ? 200 : 503, reason.orElse("ok"));
        });
    }

    /** The health port. */
    public int port() {
        return health.port();
    }

    /** The metrics port, which can be the same. */
    public int metricsPort() {
        return metrics.orElse(health).port();
    }

    /** The ports, for a log line. */
    public String ports() {
        return port() + metrics.map(other -> ", metrics on " + other.port()).orElse("");
    }

    /** Stops listening; unfinished responses are cut off. */
    @Override
    public void close() {
        metrics.ifPresent(HttpListener::close);
        health.close();
    }
}
