package io.sidetrack.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A proxy for a DynamoDB endpoint that injects faults on real connections: a script returns the {@link Fault} for each call.
 * Thread-safe; a script may be called from several threads at the same time.
 */
public final class FaultProxy implements AutoCloseable {
    private static final String TARGET = "x-amz-target";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI upstream;
    private final ServerSocket listener;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Map<String, AtomicInteger> calls = new ConcurrentHashMap<>();
    private final AtomicInteger concurrent = new AtomicInteger();
    private final AtomicInteger mostConcurrent = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Function<ProxiedCall, Fault> script = call -> Fault.none();

    private FaultProxy(URI upstream, ServerSocket listener) {
        this.upstream = upstream;
        this.listener = listener;
    }

    /** Starts a proxy that forwards every call until {@link #behave} sets a script. */
    public static FaultProxy inFrontOf(URI upstream) {
        try {
            FaultProxy proxy = new FaultProxy(upstream, new ServerSocket(0, 1000, InetAddress.getLoopbackAddress()));
            proxy.start(proxy::listen, "fault-proxy");
            return proxy;
        } catch (IOException e) {
            throw new SandboxException("the proxy cannot listen", e);
        }
    }

    /** Injects the faults that the script returns from now on. */
    public void behave(Function<ProxiedCall, Fault> script) {
        this.script = script;
    }

    /** Where clients connect to. */
    public URI endpoint() {
        return URI.create("http://localhost:" + listener.getLocalPort());
    }

    /** The number of calls of an operation so far. */
    public int calls(String operation) {
        return calls.getOrDefault(operation, new AtomicInteger()).get();
    }

    /** The number of calls that are in progress. */
    public int concurrentCalls() {
        return concurrent.get();
    }

    /** The highest number of calls that were in progress at the same time. */
    public int mostConcurrentCalls() {
        return mostConcurrent.get();
    }

    private void start(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void listen() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                open.add(client);
                start(() -> serve(client), "fault-proxy-connection");
            } catch (IOException e) {
                // The listener is closed, or the client disconnected while it was accepted.
            }
        }
    }

    private void serve(Socket client) {
        try (client;
                Socket server = new Socket(upstream.getHost(), upstream.getPort())) {
            open.add(server);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            InputStream fromClient = new BufferedInputStream(client.getInputStream());
            OutputStream toClient = new BufferedOutputStream(client.getOutputStream());
            InputStream fromServer = new BufferedInputStream(server.getInputStream());
            OutputStream toServer = new BufferedOutputStream(server.getOutputStream());
            boolean isOpen = true;
            while (isOpen) {
                Optional<HttpMessage> request = HttpMessage.read(fromClient);
                if (request.isEmpty()) {
                    return;
                }
                mostConcurrent.accumulateAndGet(concurrent.incrementAndGet(), Math::max);
                try {
                    isOpen = respond(request.get(), client, toClient, fromServer, toServer);
                } finally {
                    concurrent.decrementAndGet();
                }
            }
            open.remove(server);
        } catch (IOException e) {
            // Expected: faults break connections.
        } finally {
            open.remove(client);
        }
    }

    private boolean respond(
            HttpMessage request, Socket client, OutputStream toClient, InputStream fromServer, OutputStream toServer)
            throws IOException {
        long start = System.nanoTime();
        String target = request.header(TARGET).orElse("");
        String operation = target.substring(target.lastIndexOf('.') + 1);
        int number =
                calls.computeIfAbsent(operation, any -> new AtomicInteger()).incrementAndGet();
        Fault fault = script.apply(new ProxiedCall(operation, number, request.body()));
        if (fault instanceof Fault.Refusal refusal) {
            refusal(refusal).write(toClient);
        } else if (fault instanceof Fault.Throttled throttled) {
            throttled(throttled).write(toClient);
        } else if (fault instanceof Fault.StatementErrors errors) {
            statementErrors(request, errors.code()).write(toClient);
        } else if (fault instanceof Fault.Reset) {
            // With a linger time of 0, close() sends RST.
            client.setSoLinger(true, 0);
            return false;
        } else if (fault instanceof Fault.Hang) {
            await(Long.MAX_VALUE);
            return false;
        } else if (fault instanceof Fault.LostReply) {
            forward(request, fromServer, toServer);
            return false;
        } else if (fault instanceof Fault.Unprocessed unprocessed) {
            forwardFirst(request, unprocessed.kept(), fromServer, toServer).write(toClient);
        } else {
            if (fault instanceof Fault.Late late) {
                await(late.release(), late.longest().toNanos());
            }
            HttpMessage response = forward(request, fromServer, toServer);
            if (fault instanceof Fault.Latency latency) {
                await(latency.duration().toNanos() - (System.nanoTime() - start));
            }
            response.write(toClient);
        }
        return true;
    }

    private static HttpMessage forward(HttpMessage request, InputStream fromServer, OutputStream toServer)
            throws IOException {
        request.write(toServer);
        return HttpMessage.read(fromServer).orElseThrow(() -> new IOException("the endpoint closed the connection"));
    }

    private void await(long nanos) {
        await(closed, nanos);
    }

    private static void await(CountDownLatch latch, long nanos) {
        try {
            latch.await(Math.max(0, nanos), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static HttpMessage refusal(Fault.Refusal refusal) throws IOException {
        return error(
                refusal.status(),
                JSON.createObjectNode()
                        .put("__type", "com.amazonaws.dynamodb.v20120810#" + refusal.code())
                        .put("message", refusal.message()));
    }

    private static HttpMessage throttled(Fault.Throttled throttled) throws IOException {
        ObjectNode body = JSON.createObjectNode()
                .put("__type", "com.amazonaws.dynamodb.v20120810#ThrottlingException")
                .put("message", "Throughput exceeds the current capacity");
        body.putArray("throttlingReasons")
                .addObject()
                .put("reason", throttled.reason())
                .put("resource", throttled.resource());
        return error(400, body);
    }

    private static HttpMessage error(int status, ObjectNode body) throws IOException {
        return new HttpMessage(
                "HTTP/1.1 " + status + " Sandbox",
                List.of("Content-Type: application/x-amz-json-1.0"),
                JSON.writeValueAsBytes(body));
    }

    private static HttpMessage statementErrors(HttpMessage request, String code) throws IOException {
        ArrayNode responses = JSON.createArrayNode();
        JsonNode statements = JSON.readTree(request.body()).get("Statements");
        for (int i = 0; i < statements.size(); i++) {
            responses.addObject().putObject("Error").put("Code", code).put("Message", "injected by the sandbox");
        }
        return new HttpMessage(
                "HTTP/1.1 200 OK",
                List.of("Content-Type: application/x-amz-json-1.0"),
                JSON.writeValueAsBytes(JSON.createObjectNode().set("Responses", responses)));
    }

    /** Forwards the first items of a batch, and returns the others as unprocessed. */
    private static HttpMessage forwardFirst(
            HttpMessage request, int kept, InputStream fromServer, OutputStream toServer) throws IOException {
        ObjectNode call = (ObjectNode) JSON.readTree(new String(request.body(), UTF_8));
        ObjectNode tables = (ObjectNode) call.get("RequestItems");
        ObjectNode rest = JSON.createObjectNode();
        int left = kept;
        for (String table : List.copyOf(names(tables))) {
            ArrayNode forwarded = JSON.createArrayNode();
            ArrayNode returned = JSON.createArrayNode();
            for (JsonNode item : tables.get(table)) {
                if (left > 0) {
                    forwarded.add(item);
                    left--;
                } else {
                    returned.add(item);
                }
            }
            tables.set(table, forwarded);
            if (!returned.isEmpty()) {
                rest.set(table, returned);
            }
        }
        if (kept <= 0) {
            return new HttpMessage(
                    "HTTP/1.1 200 OK",
                    List.of("Content-Type: application/x-amz-json-1.0"),
                    JSON.writeValueAsBytes(JSON.createObjectNode().set("UnprocessedItems", rest)));
        }
        HttpMessage response = forward(request.withBody(JSON.writeValueAsBytes(call)), fromServer, toServer);
        ObjectNode result = (ObjectNode) JSON.readTree(response.body());
        result.set("UnprocessedItems", rest);
        // DynamoDB's checksum does not match the changed body.
        List<String> headers = response.headers().stream()
                .filter(header -> !header.toLowerCase(Locale.ROOT).startsWith("x-amz-crc32"))
                .toList();
        return new HttpMessage(response.start(), headers, JSON.writeValueAsBytes(result));
    }

    private static List<String> names(ObjectNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            listener.close();
            for (Socket socket : open) {
                socket.close();
            }
        } catch (IOException e) {
            throw new SandboxException("the proxy cannot be closed", e);
        }
    }
}
