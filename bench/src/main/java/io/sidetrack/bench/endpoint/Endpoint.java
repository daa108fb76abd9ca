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
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The endpoint, run by one thread. DynamoDB's calls are answered after the latency; what comes without DynamoDB's header
 * is for the bench itself, and answered at once: {@code /reset} empties the table, {@code /latency/MS} sets the latency
 * (-1 answers no write until the next), {@code /capacity/N} its write units per second (0 for no limit), {@code /existing/N} lets the keys below a number exist, {@code /count} and {@code /times} tell what was written.
 */
final class Endpoint {
    private static final byte[] WANTS_CAPACITY = "\"ReturnConsumedCapacity\":\"TOTAL\"".getBytes(US_ASCII);

    /** As a condition of the writer's says it. */
    private static final byte[] IF_ABSENT = "attribute_not_exists(#k)".getBytes(US_ASCII);

    private static final int KEY_RANGES = 10;
    /** DynamoDB's own limit for a partition. */
    private static final int RANGE_UNITS = 1000;

    private static final int[] NONE = {};
    private static final Answer THROTTLED = new Answer(
            400,
            NONE,
            "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException\","
                    + "\"message\":\"The level of configured provisioned throughput for the table was exceeded\"}");

    private final String table;
    private final Selector selector;
    private final ServerSocketChannel listener;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private Keys keys = new Keys();
    private long latencyNanos;
    /** Null for no limit. */
    private Capacity capacity;

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
            case "BatchWriteItem" -> answerLater(connection, batch(request));
            case "PutItem" -> answerLater(connection, put(request));
            case "BatchExecuteStatement" -> answerLater(connection, inserts(request));
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

    /**
     * What to answer.
     *
     * @param numbers of the items that are written with it
     */
    private record Answer(int status, int[] numbers, String body) {}

    private void answerLater(Connection connection, Answer answer) {
        waiting.addLast(new Waiting(
                connection,
                answer.numbers,
                response(answer.status, answer.body),
                System.nanoTime() + Math.max(0, latencyNanos)));
    }

    private Answer batch(Request request) {
        int[] numbers = Keys.ofItems(request);
        int[] fitting = fitting(numbers);
        if (fitting.length == 0 && numbers.length > 0) {
            return THROTTLED;
        }
        StringBuilder unprocessed = new StringBuilder("{}");
        if (fitting.length < numbers.length) {
            unprocessed = new StringBuilder("{\"" + table + "\":[");
            int next = 0;
            for (int number : numbers) {
                if (next < fitting.length && fitting[next] == number) {
                    next++;
                } else {
                    unprocessed
                            .append(unprocessed.charAt(unprocessed.length() - 1) == '[' ? "" : ",")
                            .append("{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"")
                            .append(String.format(Locale.ROOT, "k-%09d", number))
                            .append("\"}}}}");
                }
            }
            unprocessed.append("]}");
        }
        return new Answer(
                200, fitting, "{\"UnprocessedItems\":" + unprocessed + consumed(request, fitting.length, true) + "}");
    }

    private Answer put(Request request) {
        int[] numbers = Keys.ofItems(request);
        if (fitting(numbers).length < numbers.length) {
            return THROTTLED;
        }
        if (keys.has(numbers[0]) && Bytes.find(request.bytes(), request.bodyAt(), request.end(), IF_ABSENT) >= 0) {
            return new Answer(
                    400,
                    NONE,
                    "{\"__type\":\"com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException\","
                            + "\"message\":\"The conditional request failed\"}");
        }
        String consumed = consumed(request, 1, false);
        return new Answer(200, numbers, "{" + (consumed.isEmpty() ? "" : consumed.substring(1)) + "}");
    }

    private Answer inserts(Request request) {
        int[] numbers = Keys.ofStatements(request);
        int[] written = new int[numbers.length];
        int count = 0;
        StringBuilder responses = new StringBuilder();
        for (int number : numbers) {
            responses.append(responses.isEmpty() ? "" : ",").append("{\"TableName\":\"" + table + "\"");
            if (!fits(number)) {
                responses.append(",\"Error\":{\"Code\":\"ProvisionedThroughputExceeded\",\"Message\":\"exceeded\"}");
            } else if (keys.has(number)) {
                responses.append(",\"Error\":{\"Code\":\"DuplicateItem\",\"Message\":\"Duplicate primary key\"}");
            } else {
                written[count++] = number;
            }
            responses.append('}');
        }
        return new Answer(
                200,
                Arrays.copyOf(written, count),
                "{\"Responses\":[" + responses + "]" + consumed(request, count, true) + "}");
    }

    private boolean fits(int number) {
        return capacity == null || capacity.take(number, System.nanoTime());
    }

    /** Those that there is capacity for, in their order. */
    private int[] fitting(int[] numbers) {
        return capacity == null
                ? numbers
                : Arrays.stream(numbers).filter(this::fits).toArray();
    }

    private String consumed(Request request, int units, boolean asList) {
        if (Bytes.find(request.bytes(), request.bodyAt(), request.end(), WANTS_CAPACITY) < 0) {
            return "";
        }
        String one = "{\"TableName\":\"" + table + "\",\"CapacityUnits\":" + units + ".0}";
        return ",\"ConsumedCapacity\":" + (asList ? "[" + one + "]" : one);
    }

    private String steer(String path) {
        if (path.equals("/reset")) {
            keys = new Keys();
        } else if (path.startsWith("/latency/")) {
            long ms = Long.parseLong(path.substring("/latency/".length()));
            latencyNanos = ms < 0 ? -1 : TimeUnit.MILLISECONDS.toNanos(ms);
        } else if (path.startsWith("/existing/")) {
            keys.existBelow(Integer.parseInt(path.substring("/existing/".length())));
        } else if (path.startsWith("/capacity/")) {
            int units = Integer.parseInt(path.substring("/capacity/".length()));
            capacity = units == 0 ? null : new Capacity(units, KEY_RANGES, RANGE_UNITS, System.nanoTime());
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
