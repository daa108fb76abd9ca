package io.sidetrack.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.apache.kafka.common.acl.AclOperation.ALTER_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.CREATE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE;
import static org.apache.kafka.common.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.apache.kafka.common.acl.AclOperation.READ;
import static org.apache.kafka.common.acl.AclOperation.WRITE;
import static org.apache.kafka.common.resource.ResourceType.GROUP;
import static org.apache.kafka.common.resource.ResourceType.TOPIC;
import static org.apache.kafka.common.resource.ResourceType.TRANSACTIONAL_ID;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sidetrack.sandbox.BrokerSecurity;
import io.sidetrack.sandbox.DynamoDbLocal;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Router, writer and command over SASL_SSL, each with a user of its own that has the documented ACLs only. None of them
 * prints a secret.
 */
class SecurityIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final String CANARY = "canary-7f3a-";
    /** Part of a key, a header, a reason and a group id. */
    private static final String HOSTILE = "\u001b[31m\u202e\r\nFORGED";

    private static final String OLD_GROUP = "orders-service" + HOSTILE;

    @TempDir
    private Path folder;

    private BrokerSecurity security;
    private SandboxBroker broker;
    private SandboxTopics topics;
    private final StringBuilder output = new StringBuilder();

    @Test
    void everythingRunsWithTheDocumentedAclsAndNoSecretIsPrinted() throws Exception {
        security = BrokerSecurity.create(folder, CANARY + "admin");
        try (SandboxBroker started = SandboxBroker.start(security);
                SandboxTopics admin =
                        new SandboxTopics(started.bootstrapServers(), security.client("admin", CANARY + "admin"));
                DynamoDbLocal dynamo = DynamoDbLocal.start();
                SandboxTables tables = new SandboxTables(dynamo.endpoint())) {
            broker = started;
            topics = admin;
            for (String user : List.of("router", "writer", "ops", "replay", "letters")) {
                user(user);
            }
            topics.create("orders", 2, Map.of());
            opsAcls();
            routerAcls();
            writerAcls();
            sidetrack(0, "provision", "--backfill-partitions", "4");
            tables.create("orders", "id");
            send(20);
            commitAs(OLD_GROUP);
            sidetrack(0, "adopt", "--group", OLD_GROUP);
            send(10);
            assertFormerGroupMustBeVisible(dynamo.endpoint());
            allow("writer", GROUP, "sidetrack-writer-orders-live", DESCRIBE);
            assertControlTopicMustBeReadable();
            allow("router", TOPIC, "sidetrack-control", READ, DESCRIBE_CONFIGS);
            int routerPort = FreePort.find();
            int writerPort = FreePort.find();
            try (ServiceProcess router = router(CANARY + "router", routerPort);
                    ServiceProcess writer = writer(dynamo.endpoint(), writerPort)) {
                router.awaitReady(routerPort, SOON);
                writer.awaitReady(writerPort, SOON);
                await().atMost(SOON).untilAsserted(() -> {
                    assertThat(topics.read("orders-live")).hasSize(10);
                    assertThat(topics.read("orders-backfill")).hasSize(20);
                    assertThat(topics.read("orders-live-dead-letters")).hasSize(1);
                    assertThat(topics.lag("sidetrack-writer-orders-live~orders", "orders-live"))
                            .isZero();
                });
                sidetrack(
                        0,
                        "progress",
                        "--table",
                        "orders",
                        "--interval-ms",
                        "200",
                        "--window-ms",
                        "1000",
                        "--router-url",
                        "http://localhost:" + routerPort);
                assertThat(sidetrack(
                                0,
                                aws(dynamo.endpoint()),
                                "verify",
                                "--topic",
                                "orders-live",
                                "--table",
                                "orders",
                                "--whole-table"))
                        .contains("10 records", "equal: 9");
                sidetrack(0, "dead-letters", "list", "--topic", "orders-live-dead-letters");
                String deadLetter =
                        topics.read("orders-live-dead-letters").get(0).partition() + ":0";
                assertThat(sidetrack(0, "dead-letters", "show", deadLetter, "--topic", "orders-live-dead-letters"))
                        .contains("header    x\\u001b[31m\\u202e\\r\\nFORGED = ");
                sidetrack(0, "dead-letters", "list", "--each", "--topic", "orders-live-dead-letters");
                assertThat(sidetrackAs(
                                "letters",
                                0,
                                Map.of(),
                                "dead-letters",
                                "replay",
                                "--topic",
                                "orders-live-dead-letters"))
                        .contains("replayed 1 to orders-live: 1 key-missing");
                assertThat(sidetrackAs(
                                "letters",
                                0,
                                Map.of(),
                                "dead-letters",
                                "history",
                                "--topic",
                                "orders-live-dead-letters"))
                        .contains(" 1         0         0 ");
                sidetrack(0, "replay", "--dry-run");
                assertThat(sidetrackAs("replay", 0, Map.of(), "replay"))
                        .contains("replayed 30 of 30 records of orders to orders-backfill");
                assertRouterMayPark();
                assertThat(sidetrack(0, "audit")).contains(" parked in orders-backfill-parked");
                // It also writes the lane to its end, which a resume waits for.
                assertBackfillWriterMayPark(dynamo.endpoint());
                assertOperatorMayResume();
                assertThat(sidetrack(1, "doctor", "--backfill-group", "sidetrack-writer-orders-backfill~orders"))
                        .contains("ok    sidetrack-router-orders: stable");
                output.append(get(routerPort)).append(get(writerPort));
                router.terminate();
                writer.terminate();
                assertThat(router.exitCode(SOON)).as(router::output).isZero();
                assertThat(writer.exitCode(SOON)).as(writer::output).isZero();
                assertJson(router.output());
                output.append(router.output()).append(router.errors());
                output.append(writer.output()).append(writer.errors());
            }
            Map<String, String> provided = kafka("router", CANARY + "router");
            String password = provided.get("KAFKA_SASL_JAAS_CONFIG").replaceAll(".*(\\$\\{.*}).*", "$1");
            provided.put("KAFKA_SECURITY_PROTOCOL", password);
            assertRefused(provided);
            Map<String, String> url = kafka("router", CANARY + "router");
            url.put("KAFKA_BOOTSTRAP_SERVERS", "http//user:" + CANARY + "url@localhost");
            assertRefused(url);
            assertRefused(kafka("router", CANARY + "wrong"));
        }
        // The output includes the log of the AWS SDK, without its token.
        assertThat(output.toString())
                .hasSizeGreaterThan(5000)
                .contains("x-amz-security-token")
                .doesNotContain(CANARY)
                .doesNotContainPattern("[\\p{Cc}\\p{Cf}&&[^\\n\\t]]");
        assertThat(output.toString().lines()).noneMatch(line -> line.startsWith("FORGED"));
    }

    private void assertFormerGroupMustBeVisible(URI dynamo) throws IOException {
        try (ServiceProcess blind = writer(dynamo, 0)) {
            assertThat(blind.exitCode(SOON)).as(blind::output).isEqualTo(2);
            assertThat(blind.errors().strip())
                    .startsWith("sidetrack-writer: group sidetrack-writer-orders-live: this principal may not describe")
                    .contains("Allow DESCRIBE on it", "WRITER_APPLICATION_ID=sidetrack-writer-orders-live~orders")
                    .hasLineCount(1);
            output.append(blind.output()).append(blind.errors());
        }
    }

    /** A hidden topic must not count as one without a cut: the backlog would be routed to the live lane. */
    private void assertControlTopicMustBeReadable() throws IOException {
        try (ServiceProcess blind = router(CANARY + "router", 0)) {
            assertThat(blind.exitCode(SOON)).as(blind::output).isEqualTo(2);
            assertThat(blind.errors().strip())
                    .startsWith("sidetrack-router: control topic sidetrack-control: this principal may not read it")
                    .contains("Allow DESCRIBE and READ on it")
                    .hasLineCount(1);
            output.append(blind.output()).append(blind.errors());
        }
        assertThat(topics.read("orders-live")).isEmpty();
    }

    private void assertRouterMayPark() {
        topics.send(List.of(new ProducerRecord<>(
                "sidetrack-control",
                0,
                "backfill/orders-backfill/paused".getBytes(UTF_8),
                "{\"state\":\"PAUSED\",\"discards\":false,\"setAtMs\":1}".getBytes(UTF_8))));
        await().atMost(SOON).untilAsserted(() -> {
            topics.send(List.of(new ProducerRecord<>(
                    "orders",
                    null,
                    "k".getBytes(UTF_8),
                    "{\"id\":\"k\"}".getBytes(UTF_8),
                    new RecordHeaders().add("x-backfill", "paused".getBytes(UTF_8)))));
            assertThat(topics.read("orders-backfill-parked")).isNotEmpty();
        });
    }

    /** After the audit, because the record is not in the source. */
    private void assertBackfillWriterMayPark(URI dynamo) throws IOException {
        topics.send(List.of(new ProducerRecord<>(
                "orders-backfill",
                null,
                "k".getBytes(UTF_8),
                "{\"id\":\"k\"}".getBytes(UTF_8),
                new RecordHeaders().add("x-backfill", "paused".getBytes(UTF_8)))));
        int port = FreePort.find();
        try (ServiceProcess writer = writer(dynamo, "orders-backfill", port)) {
            writer.awaitReady(port, SOON);
            await().atMost(SOON).untilAsserted(() -> {
                assertThat(topics.read("orders-backfill-parked")).anyMatch(record -> new String(
                                record.headers()
                                        .lastHeader("sidetrack-parked-by")
                                        .value(),
                                UTF_8)
                        .startsWith("writer "));
                assertThat(topics.lag("sidetrack-writer-orders-backfill~orders", "orders-backfill"))
                        .isZero();
            });
            writer.terminate();
            assertThat(writer.exitCode(SOON)).as(writer::output).isZero();
            output.append(writer.output()).append(writer.errors());
        }
    }

    private void user(String name) throws ExecutionException, InterruptedException {
        topics.admin()
                .alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(
                        name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), CANARY + name)))
                .all()
                .get();
    }

    private void routerAcls() throws ExecutionException, InterruptedException {
        allow("router", TOPIC, "orders", READ, DESCRIBE_CONFIGS);
        for (String topic :
                List.of("orders-live", "orders-backfill", "orders-backfill-parked", "orders-dead-letters")) {
            allow("router", TOPIC, topic, WRITE, DESCRIBE_CONFIGS);
        }
        allow("router", GROUP, "sidetrack-router-orders", READ);
        allowPrefix("router", TRANSACTIONAL_ID, "sidetrack-router-orders-", WRITE);
    }

    private void writerAcls() throws ExecutionException, InterruptedException {
        allow("writer", TOPIC, "orders-live", READ, DESCRIBE_CONFIGS);
        allow("writer", TOPIC, "orders-live-dead-letters", WRITE, DESCRIBE_CONFIGS);
        allow("writer", GROUP, "sidetrack-writer-orders-live~orders", READ);
        allow("writer", TOPIC, "orders-backfill", READ, DESCRIBE_CONFIGS);
        allow("writer", TOPIC, "orders-backfill-dead-letters", WRITE, DESCRIBE_CONFIGS);
        allow("writer", TOPIC, "orders-backfill-parked", WRITE);
        allow("writer", TOPIC, "sidetrack-control", READ, DESCRIBE_CONFIGS);
        allow("writer", GROUP, "sidetrack-writer-orders-backfill~orders", READ);
        allow("writer", GROUP, "sidetrack-writer-orders-backfill", DESCRIBE);
    }

    private void assertOperatorMayResume() throws IOException {
        assertThat(sidetrack(0, "backfill", "status", "paused")).contains("backfill paused: paused since");
        assertThat(sidetrack(0, "backfill", "cancel", "other")).contains("backfill other: cancelled since");
        assertThat(sidetrack(0, "backfill", "resume", "paused", "--table", "orders"))
                .contains("backfill paused: resumed since");
        // Router and writer have published what they have counted.
        assertThat(topics.read("sidetrack-status"))
                .extracting(record -> new String(record.key(), UTF_8))
                .anyMatch(key -> key.contains("\"router\""))
                .anyMatch(key -> key.contains("\"writer\""));
    }

    private void opsAcls() throws ExecutionException, InterruptedException {
        allowPrefix("ops", TOPIC, "orders", CREATE, DESCRIBE_CONFIGS, ALTER_CONFIGS, READ, WRITE);
        allow("ops", TOPIC, "sidetrack-control", CREATE, READ, WRITE, DESCRIBE_CONFIGS, ALTER_CONFIGS);
        allow("ops", TOPIC, "sidetrack-journal", CREATE, READ, WRITE, DESCRIBE_CONFIGS);
        allow("ops", TOPIC, "sidetrack-status", CREATE, READ, WRITE, DESCRIBE_CONFIGS, ALTER_CONFIGS);
        allow("router", TOPIC, "sidetrack-status", READ, WRITE);
        allow("writer", TOPIC, "sidetrack-status", READ, WRITE);
        replayAcls();
        deadLetterAcls();
        allow("ops", GROUP, OLD_GROUP, READ);
        allowPrefix("ops", GROUP, "sidetrack-", READ);
        allowPrefix("ops", TRANSACTIONAL_ID, "sidetrack-replay-", WRITE);
    }

    /** A user who only replays. */
    private void replayAcls() throws ExecutionException, InterruptedException {
        allow("replay", TOPIC, "orders", READ, DESCRIBE_CONFIGS);
        allow("replay", TOPIC, "orders-backfill", WRITE, DESCRIBE_CONFIGS);
        allow("replay", TOPIC, "sidetrack-journal", CREATE, READ, WRITE, DESCRIBE_CONFIGS);
        allowPrefix("replay", TRANSACTIONAL_ID, "sidetrack-replay-", WRITE);
    }

    /** A user who only lists, shows and replays dead letters. */
    private void deadLetterAcls() throws ExecutionException, InterruptedException {
        allow("letters", TOPIC, "orders-live-dead-letters", READ, WRITE, DESCRIBE_CONFIGS);
        allow("letters", TOPIC, "orders-live", READ, WRITE, DESCRIBE_CONFIGS);
        allow("letters", TOPIC, "sidetrack-control", CREATE, READ, WRITE);
        allow("letters", TRANSACTIONAL_ID, "sidetrack-replay-orders-live-dead-letters", WRITE);
    }

    private void allow(String user, ResourceType type, String name, AclOperation... operations)
            throws ExecutionException, InterruptedException {
        acl(user, new ResourcePattern(type, name, PatternType.LITERAL), operations);
    }

    private void allowPrefix(String user, ResourceType type, String name, AclOperation... operations)
            throws ExecutionException, InterruptedException {
        acl(user, new ResourcePattern(type, name, PatternType.PREFIXED), operations);
    }

    private void acl(String user, ResourcePattern pattern, AclOperation... operations)
            throws ExecutionException, InterruptedException {
        List<AclBinding> acls = new ArrayList<>();
        for (AclOperation operation : operations) {
            acls.add(new AclBinding(
                    pattern, new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW)));
        }
        topics.admin().createAcls(acls).all().get();
    }

    private void send(int records) {
        List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            String value = i == 7 ? "{\"no-id\":1}" : "{\"id\":\"k" + i + "\"}";
            ProducerRecord<byte[], byte[]> record =
                    new ProducerRecord<>("orders", ("k" + i).getBytes(UTF_8), value.getBytes(UTF_8));
            if (i == 7) {
                record.headers()
                        .add("x" + HOSTILE, ("y" + HOSTILE).getBytes(UTF_8))
                        .add("sidetrack-reason", HOSTILE.getBytes(UTF_8))
                        .add("__streams.errors.topic", HOSTILE.getBytes(UTF_8));
            }
            all.add(record);
        }
        topics.send(all);
    }

    private void commitAs(String group) throws ExecutionException, InterruptedException {
        topics.admin()
                .alterConsumerGroupOffsets(group, Map.of(new TopicPartition("orders", 0), new OffsetAndMetadata(0)))
                .all()
                .get();
    }

    /** With the password in a file, like a mounted secret. */
    private Map<String, String> kafka(String user, String password) throws IOException {
        Path secret = folder.resolve(user + "-" + password.hashCode() + ".properties");
        Files.writeString(secret, "password=" + password + "\n");
        Map<String, String> environment = new HashMap<>();
        environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        environment.put("KAFKA_CONFIG_PROVIDERS", "file");
        environment.put(
                "KAFKA_CONFIG_PROVIDERS_FILE_CLASS", "org.apache.kafka.common.config.provider.FileConfigProvider");
        environment.put("KAFKA_SECURITY_PROTOCOL", "SASL_SSL");
        environment.put("KAFKA_SSL_TRUSTSTORE_TYPE", "PEM");
        environment.put("KAFKA_SSL_TRUSTSTORE_LOCATION", security.certificate().toString());
        environment.put("KAFKA_SASL_MECHANISM", "SCRAM-SHA-512");
        environment.put("KAFKA_SASL_JAAS_CONFIG", BrokerSecurity.jaas(user, "${file:" + secret + ":password}"));
        environment.put("ROUTER_SOURCE_TOPIC", "orders");
        environment.put("LOG_LEVEL", "DEBUG");
        environment.put("LOG_LEVEL_KAFKA", "INFO");
        environment.put("LOG_LEVEL_OTHERS", "DEBUG");
        return environment;
    }

    private ServiceProcess router(String password, int port) throws IOException {
        Map<String, String> environment = kafka("router", password);
        environment.put("ROUTER_HTTP_PORT", Integer.toString(port));
        environment.put("ROUTER_EXPECT_CUT", "true");
        environment.put("LOG_FORMAT", "json");
        return ServiceProcess.start(Jars.ofThisCheckout().router(), List.of(), environment);
    }

    private static Map<String, String> aws(URI dynamo) {
        Map<String, String> environment = new HashMap<>(SandboxTables.environment(dynamo));
        environment.put("AWS_SECRET_ACCESS_KEY", CANARY + "aws");
        environment.put("AWS_SESSION_TOKEN", CANARY + "session");
        return environment;
    }

    private ServiceProcess writer(URI dynamo, int port) throws IOException {
        return writer(dynamo, "orders-live", port);
    }

    private ServiceProcess writer(URI dynamo, String lane, int port) throws IOException {
        Map<String, String> environment = kafka("writer", CANARY + "writer");
        environment.putAll(aws(dynamo));
        environment.put("WRITER_TOPIC", lane);
        environment.put("WRITER_LANE", lane.substring("orders-".length()));
        environment.put("WRITER_TABLE", "orders");
        environment.put("WRITER_HTTP_PORT", Integer.toString(port));
        return ServiceProcess.start(Jars.ofThisCheckout().writer(), List.of(), environment);
    }

    private static void assertJson(String log) throws IOException {
        ObjectMapper json = new ObjectMapper();
        assertThat(log).isNotEmpty();
        for (String line : log.lines().toList()) {
            assertThat(json.readTree(line).path("message").isTextual()).as(line).isTrue();
        }
    }

    private void assertRefused(Map<String, String> environment) {
        environment.put("ROUTER_HTTP_PORT", "0");
        try (ServiceProcess wrong = ServiceProcess.start(Jars.ofThisCheckout().router(), List.of(), environment)) {
            assertThat(wrong.exitCode(SOON)).isEqualTo(2);
            assertThat(wrong.errors().strip()).startsWith("sidetrack-router: ").hasLineCount(1);
            output.append(wrong.output()).append(wrong.errors());
        }
    }

    private String sidetrack(int code, String... arguments) throws IOException {
        return sidetrack(code, Map.of(), arguments);
    }

    private String sidetrack(int code, Map<String, String> more, String... arguments) throws IOException {
        return sidetrackAs("ops", code, more, arguments);
    }

    private String sidetrackAs(String user, int code, Map<String, String> more, String... arguments)
            throws IOException {
        Map<String, String> environment = kafka(user, CANARY + user);
        environment.putAll(more);
        try (ServiceProcess process =
                ServiceProcess.start(Jars.ofThisCheckout().ops(), List.of(arguments), environment)) {
            assertThat(process.exitCode(SOON))
                    .as(() -> String.join(" ", arguments) + "\n" + process.output() + process.errors())
                    .isEqualTo(code);
            output.append(process.output()).append(process.errors());
            return process.output();
        }
    }

    private static String get(int port) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/metrics"))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
