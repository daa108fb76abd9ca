package io.sidetrack.writer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.sun.net.httpserver.HttpServer;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.sandbox.Fault;
import io.sidetrack.sandbox.FaultProxy;
import io.sidetrack.sandbox.ProxiedCall;
import io.sidetrack.sandbox.SandboxTables;
import io.sidetrack.sandbox.ServiceProcess;
import io.sidetrack.writer.WriterFixture.Writer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How the writer handles a table's responses, its settings and its credentials, over real connections. */
@Execution(ExecutionMode.CONCURRENT)
class TableIT {
    private static WriterFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new WriterFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static Map<String, String> settings(FaultProxy proxy, String... more) {
        Map<String, String> settings = new HashMap<>(SandboxTables.environment(proxy.endpoint()));
        settings.put("WRITER_REQUEST_TIMEOUT_MS", "1500");
        settings.put("WRITER_RETRY_CAP_MS", "300");
        settings.put("KAFKA_COMMIT_INTERVAL_MS", "300");
        for (int i = 0; i < more.length; i += 2) {
            settings.put(more[i], more[i + 1]);
        }
        return settings;
    }

    private static void send(String lane, int records, long timestamp) {
        List<ProducerRecord<byte[], byte[]>> some = new ArrayList<>();
        for (int i = 0; i < records; i++) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    lane,
                    ("k" + i).getBytes(UTF_8),
                    ("{\"id\":\"k" + i + "\",\"n\":" + timestamp + "}").getBytes(UTF_8));
            record.headers()
                    .add(OriginalTimestamp.HEADER, Long.toString(timestamp).getBytes(US_ASCII));
            some.add(record);
        }
        fixture.topics.send(some);
    }

    private static void awaitRead(String topic, String table) {
        await().atMost(WriterFixture.SOON.multipliedBy(2))
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(() -> assertThat(fixture.topics.lag(DefaultNames.writerGroup(topic, table), topic))
                        .isZero());
    }

    /** Counts as DynamoDB charges: a unit for each requested write of a small item, whether or not its condition holds. */
    private static int charged(ProxiedCall call) {
        return switch (call.operation()) {
            case "PutItem" -> 1;
            case "BatchExecuteStatement" -> statements(call.body());
            default -> 0;
        };
    }

    private static int statements(byte[] body) {
        int count = 0;
        try (JsonParser in = new JsonFactory().createParser(body)) {
            for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
                count += token == JsonToken.FIELD_NAME && in.currentName().equals("Statement") ? 1 : 0;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return count;
    }

    @ParameterizedTest
    @CsvSource({"newest-wins", "keep-existing"})
    void budgetIsKeptIfAllKeysAreStale(String mode) {
        String lane = "stale-" + mode;
        String old = lane + "-old";
        int records = 3000;
        int budget = 300;
        fixture.lane(lane, 3);
        fixture.topics.createLane(old, 3);
        fixture.topics.createLane(old + "-dead-letters", 1);
        send(lane, records, 2);
        send(old, records, 1);
        try (FaultProxy proxy = FaultProxy.inFrontOf(fixture.dynamo.endpoint())) {
            try (Writer writer = fixture.writer(lane, settings(proxy, "WRITER_MODE", "newest-wins"))) {
                awaitRead(lane, lane);
            }
            AtomicLong charged = new AtomicLong();
            // On a busy machine, the first calls wait for their connections, so the rate is measured after them.
            int warmUp = 500;
            AtomicLong measured = new AtomicLong();
            AtomicReference<Instant> began = new AtomicReference<>();
            AtomicReference<Instant> ended = new AtomicReference<>();
            proxy.behave(call -> {
                int units = charged(call);
                if (units > 0 && charged.addAndGet(units) >= warmUp && !began.compareAndSet(null, Instant.now())) {
                    measured.addAndGet(units);
                    ended.set(Instant.now());
                }
                return Fault.none();
            });
            try (Writer writer = fixture.writer(
                    lane,
                    settings(
                            proxy,
                            "WRITER_TOPIC",
                            old,
                            "WRITER_MODE",
                            mode,
                            "WRITER_MAX_WRITE_UNITS",
                            Integer.toString(budget),
                            // No call is sent again, which the table, but not the writer, would count twice.
                            "WRITER_REQUEST_TIMEOUT_MS",
                            "60000"))) {
                awaitRead(old, lane);
                writer.assertCountersAddUp();
                assertThat(writer.metric("sidetrack_writer_items_total{outcome=\"stale\"}"))
                        .isEqualTo(records);
                assertThat(writer.metric("sidetrack_writer_write_units_total")).isEqualTo((double) charged.get());
            }
            double seconds = Duration.between(began.get(), ended.get()).toMillis() / 1000.0;
            System.out.printf("%s, budget %d: %d units charged in %.1f s%n", mode, budget, measured.get(), seconds);
            assertThat(charged.get()).isGreaterThanOrEqualTo(records);
            assertThat(measured.get() / seconds).isLessThan(budget * 1.1);
        }
    }

    @Test
    void statementErrorsAreCountedAndLoggedOnceWithTheRemedy() {
        String lane = "denied";
        fixture.lane(lane, 1);
        try (FaultProxy proxy = FaultProxy.inFrontOf(fixture.dynamo.endpoint())) {
            proxy.behave(call -> call.operation().equals("BatchExecuteStatement")
                    ? new Fault.StatementErrors("AccessDenied")
                    : Fault.none());
            send(lane, 100, 1);
            try (Writer writer = fixture.writer(lane, settings(proxy, "WRITER_MODE", "keep-existing"))) {
                await().atMost(WriterFixture.SOON)
                        .until(() ->
                                writer.metric("sidetrack_writer_request_seconds_count{outcome=\"partly-failed\"}") > 5);
                assertThat(writer.metric("sidetrack_writer_statement_errors_total{code=\"AccessDenied\"}"))
                        .isGreaterThan(5);
                assertThat(writer.metric("sidetrack_writer_retries_total{cause=\"operator\"}"))
                        .isGreaterThan(5);
                // A batch of one record is a put, which is allowed.
                assertThat(fixture.table(lane)).hasSizeLessThan(100);
                assertThat(writer.logged("failed with AccessDenied"))
                        .hasSize(1)
                        .allMatch(
                                line -> line.endsWith(
                                        "Allow dynamodb:PartiQLInsert and (in newest-wins) dynamodb:PartiQLUpdate on the table."));
                proxy.behave(call -> Fault.none());
                await().atMost(WriterFixture.SOON)
                        .untilAsserted(() -> assertThat(fixture.table(lane)).hasSize(100));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "off, , time to live is disabled. Enable it on sidetrack_expires",
        "right, sidetrack_expires, ",
        "other, ends, 'is enabled on ends. Enable it on sidetrack_expires, or set WRITER_TOMBSTONE_TTL_ATTRIBUTE=ends'",
        "secret, secret, allow dynamodb:DescribeTimeToLive on it"
    })
    void tableThatDoesNotRemoveMarkersCausesAWarning(String name, String attribute, String warning) {
        String lane = "ttl-" + name;
        fixture.lane(lane, 1);
        try (FaultProxy proxy = FaultProxy.inFrontOf(fixture.dynamo.endpoint())) {
            if (name.equals("secret")) {
                proxy.behave(
                        call -> call.operation().equals("DescribeTimeToLive") ? Fault.accessDenied() : Fault.none());
            } else if (attribute != null) {
                fixture.tables.enableTimeToLive(lane, attribute);
            }
            try (Writer writer = fixture.writer(lane, settings(proxy, "WRITER_MODE", "newest-wins"))) {
                List<String> lines = writer.process()
                        .output()
                        .lines()
                        .filter(line -> line.contains("markers of deleted items"))
                        .toList();
                if (warning == null) {
                    assertThat(lines).isEmpty();
                } else {
                    assertThat(lines).hasSize(1);
                    assertThat(lines.get(0)).endsWith(warning);
                }
            }
        }
    }

    @Test
    void tableThatWouldDeleteItemsByTheirVersionIsRefused() {
        fixture.lane("ttl-version", 1);
        fixture.tables.enableTimeToLive("ttl-version", "sidetrack_version");
        try (ServiceProcess process = fixture.refused("ttl-version", Map.of("WRITER_MODE", "newest-wins"))) {
            assertThat(process.exitCode(WriterFixture.SOON)).as(process::output).isEqualTo(2);
            assertThat(process.errors().strip())
                    .startsWith(
                            "sidetrack-writer: WRITER_VERSION_ATTRIBUTE=sidetrack_version: sidetrack_version is the")
                    .hasLineCount(1);
        }
    }

    @Test
    void writerSurvivesAHangingSourceOfCredentials() throws IOException {
        String lane = "credentials";
        fixture.lane(lane, 1);
        AtomicReference<CountDownLatch> gate = new AtomicReference<>(new CountDownLatch(0));
        HttpServer source = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        ExecutorService threads = Executors.newCachedThreadPool();
        source.setExecutor(threads);
        source.createContext("/", exchange -> {
            try {
                gate.get().await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            byte[] body =
                    ("{\"AccessKeyId\":\"key\",\"SecretAccessKey\":\"secret\",\"Token\":\"token\",\"Expiration\":\""
                                    + Instant.now().plusSeconds(15).truncatedTo(ChronoUnit.SECONDS) + "\"}")
                            .getBytes(UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        source.start();
        try (FaultProxy proxy = FaultProxy.inFrontOf(fixture.dynamo.endpoint());
                Writer writer = fixture.writer(
                        lane,
                        settings(
                                proxy,
                                "AWS_ACCESS_KEY_ID",
                                "",
                                "AWS_SECRET_ACCESS_KEY",
                                "",
                                "AWS_CONTAINER_CREDENTIALS_FULL_URI",
                                "http://localhost:" + source.getAddress().getPort() + "/"))) {
            send(lane, 10, 1);
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.table(lane)).hasSize(10));
            CountDownLatch hanging = new CountDownLatch(1);
            gate.set(hanging);
            // Waits until the credentials in use have expired.
            AtomicLong sent = new AtomicLong(10);
            await().atMost(WriterFixture.SOON)
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        send(lane, (int) sent.incrementAndGet(), 2);
                        return writer.process().output().contains("no credentials (");
                    });
            assertThat(writer.metric("sidetrack_writer_retries_total{cause=\"operator\"}"))
                    .isPositive();
            assertThat(ServiceProcess.status(writer.port(), "/livez")).isEqualTo(200);
            assertThat(writer.process().output())
                    .contains("Check the source of the AWS credentials.")
                    .doesNotContain("secret");
            gate.set(new CountDownLatch(0));
            hanging.countDown();
            await().atMost(WriterFixture.SOON)
                    .untilAsserted(() -> assertThat(fixture.table(lane)).hasSize((int) sent.get()));
            writer.assertCountersAddUp();
        } finally {
            source.stop(0);
            threads.shutdownNow();
        }
    }
}
