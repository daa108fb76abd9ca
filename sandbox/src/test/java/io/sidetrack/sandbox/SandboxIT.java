package io.sidetrack.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox itself, which the tests of other modules rely on. */
class SandboxIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(60);
    private static DynamoDbLocal dynamo;
    private static SandboxTables tables;

    @BeforeAll
    static void start() {
        dynamo = DynamoDbLocal.start();
        tables = new SandboxTables(dynamo.endpoint());
        tables.create("items", "id");
    }

    @AfterAll
    static void stop() {
        tables.close();
        dynamo.close();
    }

    @Test
    void dynamoDbLocalListensOnTheLoopbackInterfaceOnly() throws IOException {
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> !address.isLoopbackAddress() && !address.isLinkLocalAddress())
                .toList();
        assumeThat(others).isNotEmpty();
        for (InetAddress other : others) {
            assertThatThrownBy(() -> new Socket(other, dynamo.endpoint().getPort()).close())
                    .isInstanceOf(ConnectException.class);
        }
    }

    @Test
    void brokerKeepsRecordsWhenItIsStoppedOrKilled() {
        try (SandboxBroker broker = SandboxBroker.start()) {
            try (SandboxTopics topics = new SandboxTopics(broker.bootstrapServers())) {
                topics.createLane("orders", 3);
                topics.send(List.of(new ProducerRecord<>("orders", "k".getBytes(UTF_8), "v".getBytes(UTF_8))));
            }
            broker.stop();
            broker.startAgain();
            broker.kill();
            broker.startAgain();
            try (SandboxTopics topics = new SandboxTopics(broker.bootstrapServers())) {
                assertThat(topics.read("orders")).hasSize(1);
            }
        }
    }

    @Test
    void brokerEndsWhenTheProcessThatStartedItIsKilled(@TempDir Path folder) throws Exception {
        List<String> java = List.of(
                "-Djava.io.tmpdir=" + folder,
                "-cp",
                System.getProperty("java.class.path"),
                BrokerOwner.class.getName());
        try (ServiceProcess owner =
                ServiceProcess.java("owner", java, Map.of(), folder.resolve("out"), folder.resolve("err"))) {
            while (!owner.output().endsWith("\n")) {
                assertThat(owner.waitFor(Duration.ofMillis(50)))
                        .as(owner.errors())
                        .isFalse();
            }
            ProcessHandle broker =
                    ProcessHandle.of(Long.parseLong(owner.output().strip())).orElseThrow();
            assertThat(broker.isAlive()).isTrue();
            owner.kill();
            broker.onExit().get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void proxyForwardsCallsWithoutAFault() throws Exception {
        try (FaultProxy proxy = FaultProxy.inFrontOf(dynamo.endpoint())) {
            assertThat(post(proxy, batch("a", "b")).statusCode()).isEqualTo(200);
            assertThat(proxy.calls("BatchWriteItem")).isEqualTo(1);
            assertThat(ids()).contains("a", "b");
        }
    }

    @Test
    void unprocessedItemsAreReturnedAndNotWritten() throws Exception {
        try (FaultProxy proxy = FaultProxy.inFrontOf(dynamo.endpoint())) {
            proxy.behave(call -> new Fault.Unprocessed(1));
            HttpResponse<String> response = post(proxy, batch("c", "d"));
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.body()).contains("UnprocessedItems").contains("\"d\"");
            assertThat(ids()).contains("c").doesNotContain("d");
        }
    }

    @Test
    void callWithALostReplyTakesEffect() {
        try (FaultProxy proxy = FaultProxy.inFrontOf(dynamo.endpoint())) {
            // Java's client repeats a call when its connection is closed, so the second response must be lost too.
            proxy.behave(call -> new Fault.LostReply());
            assertThatThrownBy(() -> post(proxy, batch("e"))).isInstanceOf(IOException.class);
            assertThat(ids()).contains("e");
        }
    }

    @Test
    void callsThatAreResetOrHangTakeNoEffect() {
        try (FaultProxy proxy = FaultProxy.inFrontOf(dynamo.endpoint())) {
            proxy.behave(call -> new Fault.Reset());
            assertThatThrownBy(() -> post(proxy, batch("f"))).isInstanceOf(IOException.class);
            proxy.behave(call -> new Fault.Hang());
            assertThatThrownBy(() -> post(proxy, batch("g"), SHORT)).isInstanceOf(IOException.class);
            assertThat(ids()).doesNotContain("f", "g");
        }
    }

    @Test
    void errorsLookLikeThoseOfDynamoDb() throws Exception {
        try (FaultProxy proxy = FaultProxy.inFrontOf(dynamo.endpoint())) {
            proxy.behave(call -> Fault.throttled());
            HttpResponse<String> response = post(proxy, batch("h"));
            assertThat(response.statusCode()).isEqualTo(400);
            assertThat(response.body()).contains("ProvisionedThroughputExceededException");
            proxy.behave(call -> Fault.serverError());
            assertThat(post(proxy, batch("h")).statusCode()).isEqualTo(500);
            assertThat(ids()).doesNotContain("h");
        }
    }

    @Test
    void latencyIsAtLeastTheConfiguredOne() throws Exception {
        try (FaultProxy proxy = FaultProxy.inFrontOf(dynamo.endpoint())) {
            proxy.behave(call -> new Fault.Latency(Duration.ofMillis(150)));
            long start = System.nanoTime();
            post(proxy, batch("i"));
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
        }
    }

    @Test
    void environmentContainsTheEndpoint() {
        assertThat(SandboxTables.environment(dynamo.endpoint()))
                .containsEntry("AWS_ENDPOINT_URL_DYNAMODB", dynamo.endpoint().toString());
    }

    private static List<String> ids() {
        return tables.scan("items").stream().map(item -> item.get("id").s()).toList();
    }

    private static String batch(String... ids) {
        StringBuilder items = new StringBuilder();
        for (String id : ids) {
            items.append(items.isEmpty() ? "" : ",")
                    .append("{\"PutRequest\":{\"Item\":{\"id\":{\"S\":\"")
                    .append(id)
                    .append("\"}}}}");
        }
        return "{\"RequestItems\":{\"items\":[" + items + "]}}";
    }

    private static HttpResponse<String> post(FaultProxy proxy, String body) throws IOException, InterruptedException {
        return post(proxy, body, SOON);
    }

    private static HttpResponse<String> post(FaultProxy proxy, String body, Duration timeout)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(proxy.endpoint())
                .version(HttpClient.Version.HTTP_1_1)
                .timeout(timeout)
                .header("X-Amz-Target", "DynamoDB_20120810.BatchWriteItem")
                .header("Content-Type", "application/x-amz-json-1.0")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        Map.of(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/dynamodb/aws4_request,"
                                + " SignedHeaders=host, Signature=0",
                        "X-Amz-Date",
                        "20260101T000000Z")
                .forEach(request::header);
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
