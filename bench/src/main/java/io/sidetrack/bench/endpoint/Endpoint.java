package io.sidetrack.bench.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/**
 * The endpoint, run by one thread. It responds to DynamoDB's writes after the configured latency. Requests without DynamoDB's
 * header are the bench's own, and are served at once: {@code /latency/MS} sets the latency (with -1, it responds to no write
 * until the latency is set again), and {@link Table#control} serves all others.
 */
final class Endpoint {
    private final Table table;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Deque<PendingResponse> pending = new ArrayDeque<>();
    private long latencyNanos;

    /** The response to a write, which is due later. Responses are sent in the order in which the writes arrived. */
    private record PendingResponse(Connection connection, Puts written, byte[] response, long dueNanos) {}

    Endpoint(String table, int port) throws IOException {
        this.table = new Table(table);
        this.selector = Selector.open();
        this.listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Serves requests until the process ends. */
    void run() throws IOException {
        while (true) {
            if (pending.isEmpty() || latencyNanos < 0) {
                selector.select();
            } else {
                long left = pending.peekFirst().dueNanos - System.nanoTime();
                if (left <= 0) {
                    selector.selectNow();
                } else {
                    // Rounded up: a response may be late by a fraction of a millisecond, but is never early.
                    selector.select(TimeUnit.NANOSECONDS.toMillis(left + 999_999));
                }
            }
            for (Iterator<SelectionKey> ready = selector.selectedKeys().iterator(); ready.hasNext(); ) {
                SelectionKey key = ready.next();
                ready.remove();
                serve(key);
            }
            sendDueResponses();
        }
    }

    private void serve(SelectionKey key) throws IOException {
        if (key.isAcceptable()) {
            SocketChannel client = listener.accept();
            client.configureBlocking(false);
            client.socket().setTcpNoDelay(true);
            SelectionKey selection = client.register(selector, SelectionKey.OP_READ);
            selection.attach(new Connection(client, selection));
            return;
        }
        Connection connection = (Connection) key.attachment();
        try {
            if (key.isWritable()) {
                connection.flush();
            }
            if (key.isValid() && key.isReadable()) {
                var request = connection.read();
                if (request.isPresent()) {
                    process(connection, request.get());
                }
            }
        } catch (IOException e) {
            // The client closed the connection, as at the end of each run.
            connection.close();
        }
    }

    private void process(Connection connection, Request request) throws IOException {
        switch (request.operation()) {
            case "BatchWriteItem", "PutItem", "BatchExecuteStatement" ->
                respondLater(connection, table.write(request, System.nanoTime()));
            case "DescribeTable" -> connection.respond(response(200, table.description()));
            case "DescribeTimeToLive" ->
                connection.respond(response(200, "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLED\"}}"));
            case "" -> connection.respond(response(200, control(request.path())));
            default ->
                connection.respond(
                        response(400, "{\"__type\":\"UnknownOperationException\",\"message\":\"not served here\"}"));
        }
    }

    private void respondLater(Connection connection, Table.Response result) {
        pending.addLast(new PendingResponse(
                connection,
                result.written(),
                response(result.status(), result.body()),
                System.nanoTime() + Math.max(0, latencyNanos)));
    }

    private String control(String path) {
        if (path.startsWith("/latency/")) {
            long ms = Long.parseLong(path.substring("/latency/".length()));
            latencyNanos = ms < 0 ? -1 : TimeUnit.MILLISECONDS.toNanos(ms);
        }
        return table.control(path, System.nanoTime());
    }

    private static byte[] response(int status, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return ("HTTP/1.1 " + status + " Bench\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: "
                        + bytes.length + "\r\n\r\n" + body)
                .getBytes(UTF_8);
    }

    private void sendDueResponses() throws IOException {
        if (latencyNanos < 0 || pending.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        long epochMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        while (!pending.isEmpty() && pending.peekFirst().dueNanos <= now) {
            PendingResponse due = pending.removeFirst();
            table.acknowledged(due.written, epochMicros);
            try {
                due.connection.respond(due.response);
            } catch (IOException | CancelledKeyException e) {
                due.connection.close();
            }
        }
    }
}
