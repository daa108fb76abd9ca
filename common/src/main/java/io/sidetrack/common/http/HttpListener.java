package io.sidetrack.common.http;

import io.sidetrack.common.thread.Daemons;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small HTTP/1.1 server for one port. The JDK's server reads and writes on blocking threads, so two clients that stop halfway
 * block a pool of two. Here, one thread serves all connections and never waits for any of them. Fast endpoints run on that
 * thread; slow endpoints run on another one.
 *
 * <p>A connection ends with its response or at its time limit ({@link HttpConnection}). If there are too many connections, the
 * oldest is closed, because it has had the most time.
 */
final class HttpListener implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpListener.class);

    private static final int BACKLOG = 128;
    /** The longest delay until an exceeded time limit is detected. */
    private static final long TICK_MS = 250;

    private static final long CLOSE_LIMIT_MS = 1000;

    /**
     * The handler of one path.
     *
     * @param fast whether the listener's own thread can create the response
     */
    record Endpoint(boolean fast, Supplier<HttpResponse> response) {}

    /** A response from the thread for slow endpoints. */
    private record Finished(HttpConnection connection, HttpResponse response) {}

    private final ServerSocketChannel server;
    private final Selector selector;
    private final Map<String, Endpoint> endpoints;
    private final HttpLimits limits;
    private final Thread thread;
    private final ExecutorService slow;
    private final Queue<Finished> finished = new ConcurrentLinkedQueue<>();
    /** In the order in which they were accepted; used by the listener's thread. */
    private final Set<HttpConnection> open = new LinkedHashSet<>();

    private volatile boolean stopping;

    private HttpListener(
            ServerSocketChannel server, Selector selector, Map<String, Endpoint> endpoints, HttpLimits limits) {
        this.server = server;
        this.selector = selector;
        this.endpoints = endpoints;
        this.limits = limits;
        this.thread = Daemons.named("http").newThread(this::run);
        this.slow = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(limits.connections()),
                Daemons.named("http-metrics"));
    }

    /**
     * Starts listening.
     *
     * @param address a resolved address
     * @param endpoints the endpoints by path
     * @throws IOException if the address is not available
     */
    static HttpListener listen(InetSocketAddress address, Map<String, Endpoint> endpoints, HttpLimits limits)
            throws IOException {
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            Selector selector = Selector.open();
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(address, BACKLOG);
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
            HttpListener listener = new HttpListener(server, selector, Map.copyOf(endpoints), limits);
            listener.thread.start();
            return listener;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    int port() {
        return server.socket().getLocalPort();
    }

    private void run() {
        try (selector;
                server) {
            while (!stopping) {
                selector.select(this::serve, open.isEmpty() ? 0 : TICK_MS);
                for (Finished next = finished.poll(); next != null; next = finished.poll()) {
                    Finished done = next;
                    attempt(done.connection, () -> done.connection.respond(done.response, System.nanoTime()));
                }
                closeOverdue();
            }
        } catch (IOException e) {
            log.error("HTTP on port {} has ended", port(), e);
        } finally {
            open.forEach(HttpConnection::close);
        }
    }

    private void serve(SelectionKey key) {
        if (key.attachment() instanceof HttpConnection connection) {
            attempt(connection, () -> advance(connection, key));
        } else {
            accept();
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    /** Runs a step of one connection. A failure ends only that connection. */
    private void attempt(HttpConnection connection, Step step) {
        try {
            if (!connection.isClosed()) {
                step.run();
            }
        } catch (IOException | RuntimeException e) {
            log.debug("an HTTP connection has failed", e);
            connection.close();
        }
        if (connection.isClosed()) {
            open.remove(connection);
        }
    }

    private void accept() {
        try {
            for (SocketChannel client = server.accept(); client != null; client = server.accept()) {
                HttpConnection connection = new HttpConnection(client, limits, System.nanoTime());
                while (open.size() >= limits.connections()) {
                    closeOldest();
                }
                open.add(connection);
                attempt(connection, () -> {
                    connection.register(selector);
                    // A request that has already arrived is served, even if many connections follow.
                    request(connection);
                });
            }
        } catch (IOException e) {
            // Most likely the process has no file descriptor left. The client waits in the backlog meanwhile.
            log.debug("an HTTP connection could not be accepted", e);
            closeOldest();
            pause();
        }
    }

    private void closeOldest() {
        open.stream().findFirst().ifPresent(oldest -> {
            oldest.close();
            open.remove(oldest);
        });
    }

    /** Prevents a listener that cannot accept from spinning. */
    private static void pause() {
        try {
            Thread.sleep(TICK_MS / 10);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void advance(HttpConnection connection, SelectionKey key) throws IOException {
        try {
            if (key.isWritable()) {
                connection.write(System.nanoTime());
            } else if (connection.isReading()) {
                request(connection);
            } else {
                connection.discard();
            }
        } catch (CancelledKeyException e) {
            connection.close();
        }
    }

    private void request(HttpConnection connection) throws IOException {
        Optional<String> head = connection.read();
        if (head.isEmpty()) {
            return;
        }
        Optional<HttpRequest> request = HttpRequest.parse(head.get());
        long now = System.nanoTime();
        connection.requestComplete(request.filter(HttpRequest::isHead).isPresent(), now);
        if (connection.isTooLong()) {
            connection.respond(HttpResponse.text(431, "the request is too long"), now);
        } else if (request.isEmpty()) {
            connection.respond(HttpResponse.text(400, "not an HTTP/1.1 request"), now);
        } else if (!endpoints.containsKey(request.get().path())) {
            connection.respond(HttpResponse.text(404, "not found; available: " + String.join(", ", paths())), now);
        } else if (!request.get().onlyReads()) {
            connection.respond(HttpResponse.text(405, "only GET and HEAD"), now);
        } else {
            respond(connection, endpoints.get(request.get().path()), now);
        }
    }

    private List<String> paths() {
        return endpoints.keySet().stream().sorted().toList();
    }

    private void respond(HttpConnection connection, Endpoint endpoint, long now) throws IOException {
        if (endpoint.fast) {
            connection.respond(response(endpoint), now);
            return;
        }
        try {
            slow.execute(() -> {
                if (!connection.isClosed()) {
                    finished.add(new Finished(connection, response(endpoint)));
                    selector.wakeup();
                }
            });
        } catch (RejectedExecutionException e) {
            connection.respond(HttpResponse.text(503, "busy"), now);
        }
    }

    private static HttpResponse response(Endpoint endpoint) {
        try {
            return endpoint.response.get();
        } catch (RuntimeException e) {
            log.warn("an HTTP endpoint has failed", e);
            return HttpResponse.text(500, "failed: see the log");
        }
    }

    private void closeOverdue() {
        long now = System.nanoTime();
        for (HttpConnection connection : new ArrayList<>(open)) {
            if (connection.isOverdue(now)) {
                connection.close();
                open.remove(connection);
            }
        }
    }

    /** Stops listening; unfinished responses are cut off. */
    @Override
    public void close() {
        stopping = true;
        selector.wakeup();
        slow.shutdownNow();
        try {
            thread.join(CLOSE_LIMIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
