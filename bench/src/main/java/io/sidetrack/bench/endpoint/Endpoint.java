package io.sidetrack.bench.endpoint;

import static java.nio.charset.StandardCharsets.US_ASCII;
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
 * is for the bench itself, and answered at once: {@code /reset} empties the table, {@code /latency/MS} sets the latency
 * (-1 answers no write until the next), {@code /count} and {@code /times} tell what was written.
 */
final class Endpoint {
    private static final byte[] WANTS_CAPACITY = "\"ReturnConsumedCapacity\":\"TOTAL\"".getBytes(US_ASCII);

    private final String table;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private Keys keys = new Keys();
    private long latencyNanos;

    /** A write whose answer is not due yet. They are answered in the order in which they came. */
    private record Waiting(Connection connection, int[] numbers, byte[] response, long dueNanos) {}

    Endpoint(String table, int port) throws IOException {
        this.table = table;
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
            case "BatchWriteItem", "PutItem" -> {
                boolean capacity = Bytes.find(request.bytes(), request.bodyAt(), request.end(), WANTS_CAPACITY) >= 0;
                int[] numbers = Keys.in(request);
                String body = request.operation().equals("PutItem")
                        ? "{}"
                        : "{\"UnprocessedItems\":{}"
                                + (capacity
                                        ? ",\"ConsumedCapacity\":[{\"TableName\":\"" + table + "\",\"CapacityUnits\":"
                                                + numbers.length + ".0}]}"
                                        : "}");
                waiting.addLast(
                        new Waiting(connection, numbers, response(200, body), System.nanoTime() + latencyNanos));
            }
            case "DescribeTable" ->
                connection.answer(response(
                        200,
                        ("{\"Table\":{\"TableName\":\"%s\",\"TableStatus\":\"ACTIVE\",\"KeySchema\":[{\"AttributeName\":"
                                        + "\"id\",\"KeyType\":\"HASH\"}],\"AttributeDefinitions\":[{\"AttributeName\":"
                                        + "\"id\",\"AttributeType\":\"S\"}]}}")
                                .formatted(table)));
            case "" -> connection.answer(response(200, steer(request.path())));
            default ->
                connection.answer(
                        response(400, "{\"__type\":\"UnknownOperationException\",\"message\":\"not served here\"}"));
        }
    }

    private String steer(String path) {
        if (path.equals("/reset")) {
            keys = new Keys();
        } else if (path.startsWith("/latency/")) {
            long ms = Long.parseLong(path.substring("/latency/".length()));
            latencyNanos = ms < 0 ? -1 : TimeUnit.MILLISECONDS.toNanos(ms);
        } else if (path.equals("/times")) {
            return keys.times();
        }
        return keys.count(System.nanoTime());
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
            keys.add(due.numbers, epochMicros);
            try {
                due.connection.answer(due.response);
            } catch (IOException | CancelledKeyException e) {
                due.connection.close();
            }
        }
    }
}
