package io.sidetrack.common.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.thread.Daemons;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * {@code /livez}, {@code /readyz} and {@code /metrics} on one port. The answers to the first two are {@code 200 ok} or
 * {@code 503} with the reason as text.
 */
public final class HttpEndpoints implements AutoCloseable {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;

    private HttpEndpoints(HttpServer server, ExecutorService threads) {
        this.server = server;
        this.threads = threads;
    }

    /**
     * Listens on all interfaces.
     *
     * @param setting the setting that gives the port, for the message
     * @param port 0 for any free one
     * @throws StartupException if the port cannot be had
     */
    public static HttpEndpoints listen(String setting, int port, Health health, PrometheusMeterRegistry metrics) {
        HttpServer server;
        try {
            server = HttpServer.create(new InetSocketAddress(port), 0);
        } catch (IOException e) {
            throw new StartupException(
                    setting + "=" + port, e.getMessage(), "Set it to a free port, or to 0 for any.", e);
        }
        ExecutorService threads = Executors.newFixedThreadPool(2, Daemons.named("http"));
        server.setExecutor(threads);
        server.createContext("/livez", exchange -> verdict(exchange, "/livez", health::notLive));
        server.createContext("/readyz", exchange -> verdict(exchange, "/readyz", health::notReady));
        server.createContext("/metrics", exchange -> {
            if (isExactly(exchange, "/metrics")) {
                answer(exchange, 200, PROMETHEUS, metrics.scrape());
            }
        });
        server.start();
        return new HttpEndpoints(server, threads);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    private static void verdict(HttpExchange exchange, String path, Supplier<Optional<String>> question)
            throws IOException {
        if (isExactly(exchange, path)) {
            Optional<String> reason = question.get();
            answer(exchange, reason.isEmpty() ? 200 : 503, TEXT, reason.orElse("ok") + "\n");
        }
    }

    private static boolean isExactly(HttpExchange exchange, String path) throws IOException {
        if (exchange.getRequestURI().getPath().equals(path)) {
            return true;
        }
        answer(exchange, 404, TEXT, "not found: /livez, /readyz and /metrics are here\n");
        return false;
    }

    private static void answer(HttpExchange exchange, int status, String type, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(status, head ? -1 : bytes.length);
            if (!head) {
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(bytes);
                }
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Stops listening; answers under way are cut off. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
