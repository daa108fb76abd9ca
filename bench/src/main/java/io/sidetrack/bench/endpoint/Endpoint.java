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
 * The endpoint, run by one thread. DynamoDB's calls are answered after the latency; what comes without DynamoDB's header
 * is for the bench itself, and answered at once: {@code /latency/MS} sets the latency (-1 answers no write until the
 * next), and {@link Table#steer} serves the rest.
 */
final class Endpoint {
    private final Table table;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private long latencyNanos;

    /** A write whose answer is not due yet. They are answered in the order in which they came. */
    private record Waiting(Connection connection, Puts written, byte[] response, long dueNanos) {}

    Endpoint(String table, int port) throws IOException {
        this.table = new Table(table);
        this.selector = Selector.open();
        this.listener = ServerSocketChannel.open();
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2000);
        listener.configureBlocking(false);
        listener.register(selector, SelectionKey.OP_ACCEPT);
    }

    /** Serves for ever. */
    void run() throws IOException {
        while (true) {
            if (waiting.isEmpty() || latencyNanos < 0) {
                selector.select();
            } else {
                long left = waiting.peekFirst().dueNanos - System.nanoTime();
                if (left <= 0) {
                    selector.selectNow();
                } else {
                    // Rounded up: an answer may be late by part of a millisecond, but never early.
                    selector.select(TimeUnit.NANOSECONDS.toMillis(left + 999_999));
                }
            }
            for (Iterator<SelectionKey> ready = selector.selectedKeys().iterator(); ready.hasNext(); ) {
                SelectionKey key = ready.next();
                ready.remove();
                serve(key);
            }
            answerWhatIsDue();
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
                    take(connection, request.get());
                }
            }
        } catch (IOException e) {
            // The client is gone, as at the end of each run.
            connection.close();
        }
    }

    private void take(Connection connection, Request request) throws IOException {
        switch (request.operation()) {
            case "BatchWriteItem", "PutItem", "BatchExecuteStatement" ->
                answerLater(connection, table.write(request, System.nanoTime()));
            case "DescribeTable" -> connection.answer(response(200, table.description()));
            case "DescribeTimeToLive" ->
                connection.answer(response(200, "{\"TimeToLiveDescription\":{\"TimeToLiveStatus\":\"DISABLED\"}}"));
            case "" -> connection.answer(response(200, steer(request.path())));
            default ->
                connection.answer(
                        response(400, "{\"__type\":\"UnknownOperationException\",\"message\":\"not served here\"}"));
        }
    }

    private void answerLater(Connection connection, Table.Answer answer) {
        waiting.addLast(new Waiting(
                connection,
                answer.written(),
                response(answer.status(), answer.body()),
                System.nanoTime() + Math.max(0, latencyNanos)));
    }

    private String steer(String path) {
        if (path.startsWith("/latency/")) {
            long ms = Long.parseLong(path.substring("/latency/".length()));
            latencyNanos = ms < 0 ? -1 : TimeUnit.MILLISECONDS.toNanos(ms);
        }
        return table.steer(path, System.nanoTime());
    }

    private static byte[] response(int status, String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return ("HTTP/1.1 " + status + " Bench\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: "
                        + bytes.length + "\r\n\r\n" + body)
                .getBytes(UTF_8);
    }

    private void answerWhatIsDue() throws IOException {
        if (latencyNanos < 0 || waiting.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        long epochMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
        while (!waiting.isEmpty() && waiting.peekFirst().dueNanos <= now) {
            Waiting due = waiting.removeFirst();
            table.written(due.written, epochMicros);
            try {
                due.connection.answer(due.response);
            } catch (IOException | CancelledKeyException e) {
                due.connection.close();
            }
        }
    }
}
