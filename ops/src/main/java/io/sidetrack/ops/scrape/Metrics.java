package io.sidetrack.ops.scrape;

import io.sidetrack.common.settings.StartupException;
import io.sidetrack.ops.OpsException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code /metrics} of services. */
public final class Metrics {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private Metrics() {}

    /**
     * Checks the addresses of services before they are read.
     *
     * @param option the option that names them
     * @throws StartupException if one is not the address of an HTTP server
     */
    public static void requireHttp(String option, List<URI> services) {
        for (URI service : services) {
            boolean isHttp = "http".equals(service.getScheme()) || "https".equals(service.getScheme());
            if (!isHttp || service.getHost() == null) {
                throw new StartupException(
                        option + "=" + service,
                        "not the address of an HTTP server",
                        "Write it with its scheme, such as http://localhost:8080.");
            }
        }
    }

    /**
     * Returns the metrics of each service, in Prometheus text format.
     *
     * @param port the setting of the services' port, for an error message
     * @throws OpsException if a service does not respond
     */
    public static List<String> read(String option, String port, List<URI> services) {
        HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
        List<String> all = new ArrayList<>();
        for (URI service : services) {
            all.add(read(client, option, port, service));
        }
        return all;
    }

    private static String read(HttpClient client, String option, String port, URI service) {
        try {
            return client.send(
                            HttpRequest.newBuilder(service.resolve("/metrics"))
                                    .timeout(TIMEOUT)
                                    .build(),
                            BodyHandlers.ofString())
                    .body();
        } catch (IOException | IllegalArgumentException e) {
            throw new OpsException(
                    "%s=%s does not respond (%s); use the host and the %s of a %s"
                            .formatted(
                                    option,
                                    service,
                                    e.getMessage(),
                                    port,
                                    port.startsWith("ROUTER") ? "router" : "writer"),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpsException("interrupted", e);
        }
    }
}
