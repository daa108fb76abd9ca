package io.sidetrack.common.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes and metrics are served whatever other clients do. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpEndpointsTest {
    private static final int LIMIT = 12;
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration SHORT = Duration.ofMillis(100);
    /** On a busy machine. A probe that waits for another client would need {@link #LONG}. */
    private static final Duration PROBE = Duration.ofSeconds(10);

    private Optional<String> notLive = Optional.empty();
    private Optional<String> notReady = Optional.of("rebalancing");
    private final List<Socket> clients = new ArrayList<>();
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

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

    @AfterEach
    void hangUp() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    private static HttpSettings on(int port) {
        return new HttpSettings("T_", Optional.empty(), port, Optional.empty(), LIMIT);
    }

    private static HttpSettings twoPorts(int metricsPort) {
        return new HttpSettings("T_", Optional.empty(), 0, Optional.of(metricsPort), LIMIT);
    }

    /** Listens with time limits that are longer than any test. */
    private HttpEndpoints listen(HttpSettings settings) {
        return HttpEndpoints.listen(settings, new HttpLimits(LIMIT, LONG, LONG), health, registry);
    }

    @Test
    void probesReturnTheStateWithItsReason() throws Exception {
        registry.counter("some.records").increment();
        try (HttpEndpoints http = HttpEndpoints.listen(on(0), health, registry)) {
            assertThat(get(http.port(), "/livez")).isEqualTo("200 ok");
            assertThat(get(http.port(), "/readyz?verbose")).isEqualTo("503 rebalancing");
            notLive = Optional.of("dead");
            notReady = Optional.empty();
            assertThat(get(http.port(), "/livez")).isEqualTo("503 dead");
            assertThat(get(http.port(), "/readyz")).isEqualTo("200 ok");
            assertThat(get(http.port(), "/metrics")).startsWith("200 ").contains("some_records_total 1.0");
            assertThat(get(http.port(), "/metrics/x"))
                    .startsWith("404 not found; available: /livez, /metrics, /readyz");
        }
    }

    @Test
    void usedPortPreventsTheStart() {
        try (HttpEndpoints http = listen(on(0))) {
            assertThatThrownBy(() -> listen(on(http.port())))
                    .isInstanceOf(StartupException.class)
                    .hasMessageStartingWith("T_HTTP_PORT=" + http.port() + ": ");
            assertThatThrownBy(() -> listen(twoPorts(http.port())))
                    .isInstanceOf(StartupException.class)
                    .hasMessageStartingWith("T_HTTP_METRICS_PORT=" + http.port() + ": ");
        }
    }

    @Test
    void addressOfAnotherMachinePreventsTheStart() {
        assertThatThrownBy(() -> listen(new HttpSettings("T_", Optional.of("192.0.2.1"), 0, Optional.empty(), LIMIT)))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("T_HTTP_PORT=0 with T_HTTP_HOST=192.0.2.1: ");
        assertThatThrownBy(
                        () -> listen(new HttpSettings("T_", Optional.of("no such host"), 0, Optional.empty(), LIMIT)))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("T_HTTP_HOST=no such host: not a known host");
    }

    @Test
    void onlyTheConfiguredAddressIsUsed() throws Exception {
        HttpSettings loopback = new HttpSettings("T_", Optional.of("127.0.0.1"), 0, Optional.empty(), LIMIT);
        try (HttpEndpoints http = listen(loopback)) {
            assertThat(get(http.port(), "/livez")).isEqualTo("200 ok");
            assertThatThrownBy(() -> new Socket(InetAddress.getByName("127.0.0.2"), http.port()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void metricsCanHaveAPortOfTheirOwn() throws Exception {
        try (HttpEndpoints http = listen(twoPorts(0))) {
            assertThat(http.ports()).isEqualTo(http.port() + ", metrics on " + http.metricsPort());
            assertThat(get(http.port(), "/livez")).isEqualTo("200 ok");
            assertThat(get(http.port(), "/metrics")).startsWith("404 ");
            assertThat(get(http.metricsPort(), "/metrics")).startsWith("200 ");
            assertThat(get(http.metricsPort(), "/livez")).startsWith("404 ");
        }
    }

    /** A client that sends some bytes and then hangs. */
    private Socket client(int port, String sent) throws IOException {
        Socket client = new Socket();
        // Small, so that a long response does not fit.
        client.setReceiveBufferSize(1024);
        client.connect(new InetSocketAddress("localhost", port));
        client.getOutputStream().write(sent.getBytes(UTF_8));
        clients.add(client);
        return client;
    }

    private void makeLongResponse() {
        for (int i = 0; i < 200; i++) {
            registry.counter("long." + "x".repeat(20_000) + i).increment();
        }
    }

    @ParameterizedTest
    @CsvSource({"10, false", "10, true", "12, false", "12, true", "40, true"})
    void probeIsServedWhileClientsHang(int hanging, boolean ownPort) throws Exception {
        makeLongResponse();
        try (HttpEndpoints http = listen(ownPort ? twoPorts(0) : on(0))) {
            for (int i = 0; i < hanging; i++) {
                client(http.port(), i % 2 == 0 ? "GET /livez HTTP/1.1\r\nHost: x\r\nX: " : "");
            }
            client(http.metricsPort(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
            client(http.port(), "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                assertThat(get(http.port(), "/livez")).isEqualTo("200 ok");
            }
        }
    }

    @Test
    void probeIsServedWhileAllConnectionsReadMetricsSlowly() throws Exception {
        makeLongResponse();
        try (HttpEndpoints http = listen(on(0))) {
            for (int i = 0; i <= LIMIT; i++) {
                client(http.port(), "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
            }
            assertThat(get(http.port(), "/livez")).isEqualTo("200 ok");
        }
    }

    @Test
    void probeIsServedWhileMetricsAreCollected() throws Exception {
        CountDownLatch collecting = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        registry.gauge("slow", end, latch -> {
            collecting.countDown();
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return 1;
        });
        try (HttpEndpoints http = listen(on(0))) {
            for (int i = 0; i < 3; i++) {
                client(http.port(), "GET /metrics HTTP/1.1\r\n\r\n");
            }
            collecting.await();
            assertThat(get(http.port(), "/livez")).isEqualTo("200 ok");
        } finally {
            end.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "GET /liv", "GET /metrics HTTP/1.1\r\n\r\n"})
    void hangingClientIsDisconnectedAtItsLimit(String sent) throws Exception {
        makeLongResponse();
        try (HttpEndpoints http = HttpEndpoints.listen(on(0), new HttpLimits(LIMIT, SHORT, SHORT), health, registry)) {
            Socket client = client(http.port(), sent);
            if (sent.startsWith("GET /metrics")) {
                // The client does not read, so it notices the disconnection only by writing.
                assertThatThrownBy(() -> {
                            while (true) {
                                client.getOutputStream().write(0);
                            }
                        })
                        .isInstanceOf(SocketException.class);
            } else {
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'GET / HTTP/1.1\r\n\r\n', 404",
        "'GET http://host/livez HTTP/1.1\r\n\r\n', 200",
        "'GET /livez HTTP/1.0\n\n', 200",
        "'POST /livez HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc', 405",
        "'\r\n\r\n', 400",
        "'GET /livez\r\n\r\n', 400",
        "'PRI * HTTP/2.0\r\n\r\n', 400",
        "'GET ://livez HTTP/1.1\r\n\r\n', 400",
    })
    void unusualRequestGetsAResponse(String request, int status) throws Exception {
        try (HttpEndpoints http = listen(on(0))) {
            Socket client = client(http.port(), request);
            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 " + status + " ");
        }
    }

    @Test
    void restOfATooLongRequestIsDiscarded() throws Exception {
        try (HttpEndpoints http = listen(on(0))) {
            Socket client = client(http.port(), "GET /livez HTTP/1.1\r\nX: " + "x".repeat(20_000));
            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                    .startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void responseToHeadHasNoBody() throws Exception {
        try (HttpEndpoints http = listen(on(0))) {
            Socket client = client(http.port(), "HEAD /livez HTTP/1.1\r\n\r\n");
            assertThat(new String(client.getInputStream().readAllBytes(), UTF_8))
                    .contains("Content-Length: 3\r\n")
                    .endsWith("\r\n\r\n");
        }
    }

    @Test
    void failureOfOneEndpointDoesNotAffectOthers() throws Exception {
        notLive = null;
        try (HttpEndpoints http = listen(on(0))) {
            assertThat(get(http.port(), "/livez")).startsWith("500 ");
            assertThat(get(http.port(), "/readyz")).isEqualTo("503 rebalancing");
        }
    }

    private static String get(int port, String path) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .timeout(PROBE)
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body().strip();
    }
}
