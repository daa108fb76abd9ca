package io.sidetrack.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What an orchestrator and a scraper see. */
class HttpEndpointsTest {
    private Optional<String> notLive = Optional.empty();
    private Optional<String> notReady = Optional.of("rebalancing");

    private final Health health = new Health() {
        @Override
        public Optional<String> notLive() {
            return notLive;
        }

        @Override
        public Optional<String> notReady() {
            return notReady;
        }
    };

    @Test
    void livenessAndReadinessAreAnsweredWithTheirReason() throws Exception {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        registry.counter("some.records").increment();
        try (HttpEndpoints http = HttpEndpoints.listen("PORT", 0, health, registry)) {
            assertThat(get(http, "/livez")).isEqualTo("200 ok");
            assertThat(get(http, "/readyz")).isEqualTo("503 rebalancing");
            notLive = Optional.of("dead");
            notReady = Optional.empty();
            assertThat(get(http, "/livez")).isEqualTo("503 dead");
            assertThat(get(http, "/readyz")).isEqualTo("200 ok");
            assertThat(get(http, "/metrics")).startsWith("200 ").contains("some_records_total 1.0");
            assertThat(get(http, "/metrics/x")).startsWith("404 ");
        }
    }

    @Test
    void takenPortIsAStartUpProblem() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (HttpEndpoints http = HttpEndpoints.listen("PORT", 0, health, registry)) {
            assertThatThrownBy(() -> HttpEndpoints.listen("PORT", http.port(), health, registry))
                    .isInstanceOf(StartupException.class)
                    .hasMessageStartingWith("PORT=" + http.port());
        }
    }

    private static String get(HttpEndpoints http, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + http.port() + path))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body().strip();
    }
}
