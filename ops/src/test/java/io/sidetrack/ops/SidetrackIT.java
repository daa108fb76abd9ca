package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The operator's commands on a real broker. */
class SidetrackIT {
    private static SandboxBroker broker;
    private static SandboxTopics topics;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        broker = SandboxBroker.start();
        topics = new SandboxTopics(broker.bootstrapServers());
    }

    @AfterAll
    static void stop() {
        topics.close();
        broker.close();
    }

    private record Ended(int code, String out, String err) {}

    private static Ended sidetrack(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--bootstrap-servers", broker.bootstrapServers()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = SidetrackMain.commandLine();
        command.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int code = command.execute(all.toArray(String[]::new));
        command.getErr().flush();
        return new Ended(code, out.toString(), err.toString());
    }

    private static Map<String, String> configs(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config =
                topics.admin().describeConfigs(List.of(resource)).all().get().get(resource);
        Map<String, String> values = new HashMap<>();
        config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
        return values;
    }

    private static int partitions(String topic) throws Exception {
        return topics.admin()
                .describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .size();
    }

    @Test
    void provisionCreatesWhatIsMissingAndASecondTimeChangesNothing() throws Exception {
        Ended dry = sidetrack("provision", "--source", "new", "--create-source", "--dry-run");
        assertThat(dry.code).isZero();
        assertThat(dry.out.lines()).hasSize(6).allMatch(line -> line.startsWith("would create new"));
        assertThat(topics.admin().listTopics().names().get()).noneMatch(name -> name.startsWith("new"));

        assertThat(sidetrack("provision", "--source", "new", "--create-source").code)
                .isZero();
        assertThat(partitions("new")).isEqualTo(3);
        assertThat(partitions("new-live")).isEqualTo(3);
        assertThat(partitions("new-backfill")).isEqualTo(48);
        assertThat(partitions("new-backfill-dead-letters")).isEqualTo(1);
        for (String lane : List.of("new-live", "new-backfill", "new-live-dead-letters")) {
            assertThat(configs(lane)).containsEntry("message.timestamp.type", "LogAppendTime");
        }
        assertThat(configs("new-live-dead-letters")).containsEntry("retention.ms", "-1");

        assertThat(sidetrack("provision", "--source", "new"))
                .isEqualTo(new Ended(0, String.format("all 5 topics are as they should be%n"), ""));
        assertThat(sidetrack("provision", "--source", "new", "--check").code).isZero();
    }

    @Test
    void checkTellsDriftAndProvisionMendsIt() throws Exception {
        sidetrack("provision", "--source", "drift", "--create-source", "--backfill-partitions", "4");
        topics.create("other", 1, Map.of());
        Ended check = sidetrack("provision", "--source", "drift", "--live", "other", "--check");
        assertThat(check.code).isEqualTo(1);
        assertThat(check.out)
                .contains("would set on other: ", "message.timestamp.type CreateTime -> LogAppendTime")
                .contains("grow other from 1 to 3 partitions: left alone")
                .contains("grow drift-backfill from 4 to 48 partitions: left alone");
        assertThat(configs("other")).containsEntry("message.timestamp.type", "CreateTime");

        Ended mended = sidetrack("provision", "--source", "drift", "--live", "other");
        assertThat(mended.code).as("something was left alone").isEqualTo(1);
        await().untilAsserted(
                        () -> assertThat(configs("other")).containsEntry("message.timestamp.type", "LogAppendTime"));
        assertThat(partitions("other")).isEqualTo(1);

        assertThat(sidetrack("provision", "--source", "drift", "--live", "other", "--grow-partitions").code)
                .isZero();
        // The controller has agreed; the broker that is asked hears of it a moment later.
        await().untilAsserted(() -> assertThat(partitions("other")).isEqualTo(3));
        await().untilAsserted(() -> assertThat(partitions("drift-backfill")).isEqualTo(48));
        Ended fewer = sidetrack("provision", "--source", "drift", "--backfill-partitions", "5", "--live", "other");
        assertThat(fewer.code).isEqualTo(1);
        assertThat(fewer.out).contains("Kafka cannot take partitions away");
    }

    @Test
    void whatCannotBeDoneIsOneLine() {
        assertOneLine(sidetrack("provision", "--source", "absent"), 2, "--source=absent: there is no such topic");
        assertOneLine(sidetrack("provision"), 2, "--source: not given");
        assertOneLine(sidetrack("provision", "--source", "a", "--backfill-partitions", "many"), 2, "Invalid value");
        assertOneLine(sidetrack("publish", "none.jsonl", "--key", "/id", "--topic", "x"), 2, "FILE none.jsonl");
        assertOneLine(
                sidetrack("publish", "pom.xml", "--key", "id", "--topic", "x"), 2, "--key=id: not a JSON pointer");
        assertOneLine(sidetrack("publish", "pom.xml", "--key", "/id", "--topic", "absent"), 2, "--topic=absent: there");
        assertOneLine(sidetrack("frobnicate"), 2, "");
        assertOneLine(
                sidetrack("provision", "--source", "rf", "--create-source", "--replication-factor", "3"),
                1,
                "could not create rf");
    }

    private static void assertOneLine(Ended ended, int code, String problem) {
        assertThat(ended.code).as(ended.err).isEqualTo(code);
        assertThat(ended.err.strip())
                .startsWith("sidetrack: ")
                .contains(problem)
                .hasLineCount(1);
    }

    @Test
    void publishSendsEveryLineAsItIsKeyedMarkedAndInOrder() throws IOException {
        topics.create("file", 2, Map.of("message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE)));
        Path file = folder.resolve("file.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("\uFEFF{\"o\":{\"id\":\"a\"}, \"at\":\"2019-01-01T00:00:00Z\", \"n\":1}\r\n".getBytes(UTF_8));
            out.write("{\"o\":{\"id\":7},\"at\":1546300800001,\"n\":1.000}\n\n".getBytes(UTF_8));
            out.write("{\"o\":{\"id\":\"a\"},\"at\":0}".getBytes(UTF_8));
        }
        Ended ended = sidetrack(
                "publish",
                file.toString(),
                "--topic",
                "file",
                "--key",
                "/o/id",
                "--timestamp",
                "/at",
                "--backfill",
                "b-19");
        assertThat(ended.code).as(ended.err).isZero();
        assertThat(ended.out).startsWith("published 3 records in ");
        assertThat(ended.err)
                .as("quiet when nobody watches, but for what is lost by age")
                .contains("retention.ms");

        Map<String, List<ConsumerRecord<byte[], byte[]>>> byKey = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : topics.read("file")) {
            assertThat(new String(record.headers().lastHeader("x-backfill").value(), UTF_8))
                    .isEqualTo("b-19");
            byKey.computeIfAbsent(new String(record.key(), UTF_8), key -> new ArrayList<>())
                    .add(record);
        }
        assertThat(byKey).containsOnlyKeys("a", "7");
        assertThat(byKey.get("7").get(0).value())
                .isEqualTo("{\"o\":{\"id\":7},\"at\":1546300800001,\"n\":1.000}".getBytes(UTF_8));
        assertThat(byKey.get("7").get(0).timestamp()).isEqualTo(1546300800001L);
        assertThat(byKey.get("a")).hasSize(2);
        assertThat(byKey.get("a").get(0).value())
                .isEqualTo("{\"o\":{\"id\":\"a\"}, \"at\":\"2019-01-01T00:00:00Z\", \"n\":1}".getBytes(UTF_8));
        assertThat(byKey.get("a").get(1).timestamp()).isZero();
    }

    @Test
    void publishStopsAtABadLineAndSaysHowToGoOn() throws IOException {
        topics.create("broken", 1, Map.of());
        Path file = Files.writeString(folder.resolve("broken.jsonl"), """
                {"id":"a"}
                {"id":"b"}
                {"id":"s3cret",
                {"id":"d"}
                """);
        Ended ended = sidetrack("publish", file.toString(), "--topic", "broken", "--key", "/id");
        assertOneLine(ended, 1, "line 3 is not JSON, at character");
        assertThat(ended.err)
                .contains("2 lines have arrived, go on with --from-line 3")
                .doesNotContain("s3cret");

        Path bad = folder.resolve("bad.jsonl");
        Ended again = sidetrack(
                "publish",
                file.toString(),
                "--topic",
                "broken",
                "--key",
                "/id",
                "--from-line",
                "3",
                "--skip-bad-lines",
                bad.toString());
        assertThat(again.code).isZero();
        assertThat(again.out).startsWith("published 1 records").contains("1 bad lines left out");
        assertThat(Files.readString(bad)).isEqualTo("{\"id\":\"s3cret\",\n");
        assertThat(topics.read("broken"))
                .extracting(record -> new String(record.key(), UTF_8))
                .containsExactly("a", "b", "d");
    }

    @Test
    void provisionKeepsARaisedRetentionAndCompaction() throws Exception {
        sidetrack("provision", "--source", "kept", "--create-source", "--backfill-partitions", "1");
        set("kept-backfill", "retention.ms", "2592000000");
        set("kept-live", "cleanup.policy", "compact");
        Ended again = sidetrack("provision", "--source", "kept", "--backfill-partitions", "1");
        assertThat(again.code).as("something was left alone").isEqualTo(1);
        assertThat(again.out)
                .startsWith("cleanup.policy compact -> delete on kept-live: left alone")
                .hasLineCount(1);
        assertThat(configs("kept-backfill")).containsEntry("retention.ms", "2592000000");
        assertThat(configs("kept-live")).containsEntry("cleanup.policy", "compact");
        assertThat(sidetrack(
                                "provision",
                                "--source",
                                "kept",
                                "--backfill-partitions",
                                "1",
                                "--retention-ms",
                                "604800000",
                                "--allow-weaker")
                        .out)
                .contains("set on kept-live: cleanup.policy compact -> delete")
                .contains("set on kept-backfill: retention.ms 2592000000 -> 604800000");
    }

    private static void set(String topic, String config, String value) throws Exception {
        topics.admin()
                .incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(new ConfigEntry(config, value), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        await().untilAsserted(() -> assertThat(configs(topic)).containsEntry(config, value));
    }

    @Test
    void publishRefusesWhatWouldSilentlyBeSomethingElse() throws IOException {
        topics.createLane("refused", 1);
        String file = Files.writeString(folder.resolve("refused.jsonl"), "{\"id\":\"a\",\"at\":1}\n")
                .toString();
        for (String no : List.of("0", " FALSE ")) {
            assertOneLine(
                    sidetrack("publish", file, "--topic", "refused", "--key", "/id", "--backfill", no),
                    2,
                    "the router takes records with this value for live");
        }
        assertOneLine(
                sidetrack("publish", file, "--topic", "refused", "--key", "/id", "--timestamp", "/at"),
                2,
                "topic refused has message.timestamp.type=LogAppendTime");
        assertOneLine(
                sidetrack("publish", file, "--topic", "refused", "--key", "/id", "--skip-bad-lines", file),
                2,
                "this is the file that is published");
        assertThat(Files.size(Path.of(file))).isPositive();
        Path config = folder.resolve("client.properties");
        Files.writeString(config, "delivery.timeout.ms=20000\n");
        assertOneLine(
                sidetrack("publish", file, "--topic", "refused", "--key", "/id", "--command-config", config.toString()),
                2,
                "KAFKA_DELIVERY_TIMEOUT_MS=20000: less than linger.ms + request.timeout.ms");
        assertThat(topics.read("refused")).isEmpty();
    }

    private static ServiceProcess publish(
            String heap, Map<String, String> environment, Path folder, String... arguments) throws IOException {
        List<String> java = new ArrayList<>(List.of(
                "-Xmx" + heap, "-jar", Path.of("target", "sidetrack-ops.jar").toString(), "publish"));
        java.addAll(List.of(arguments));
        Map<String, String> all = new HashMap<>(environment);
        all.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
        return ServiceProcess.java(
                "publish",
                java,
                all,
                Files.createTempFile(folder, "publish", ".out"),
                Files.createTempFile(folder, "publish", ".err"));
    }

    @Test
    void publishLeavesOutALineOf150MegabytesInASmallHeap() throws IOException {
        topics.create("large", 1, Map.of());
        Path file = folder.resolve("large.jsonl.gz");
        byte[] megabyte = "x".repeat(1 << 20).getBytes(UTF_8);
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"id\":\"a\"}\n{\"id\":\"".getBytes(UTF_8));
            for (int i = 0; i < 150; i++) {
                out.write(megabyte);
            }
            out.write("\"}\n{\"id\":\"c\"}\n".getBytes(UTF_8));
        }
        Path bad = folder.resolve("large.bad");
        String[] arguments = {
            file.toString(), "--topic", "large", "--key", "/id", "--backfill", "b", "--skip-bad-lines", bad.toString()
        };
        try (ServiceProcess process = publish("48m", Map.of("ROUTER_BACKFILL_HEADER", "x-mine"), folder, arguments)) {
            assertThat(process.exitCode(Duration.ofSeconds(60)))
                    .as(process::errors)
                    .isZero();
            assertThat(process.output()).startsWith("published 2 records").contains("1 bad lines left out");
        }
        assertThat(Files.size(bad)).isEqualTo(150L * (1 << 20) + "{\"id\":\"\"}\n".length());
        assertThat(topics.read("large")).hasSize(2).allSatisfy(record -> assertThat(
                        record.headers().lastHeader("x-mine").value())
                .isEqualTo("b".getBytes(UTF_8)));
    }

    @Test
    void publishThatIsInterruptedSaysHowToGoOnAndNoLineIsLostOrTwice() throws IOException {
        topics.create("halted", 3, Map.of());
        List<String> lines = new ArrayList<>();
        for (int i = 1; i <= 400; i++) {
            lines.add("{\"id\":" + i + "}");
        }
        Path file = Files.write(folder.resolve("halted.jsonl"), lines);
        String errors;
        try (ServiceProcess process = publish(
                "64m", Map.of(), folder, file.toString(), "--topic", "halted", "--key", "/id", "--rate", "100")) {
            await().until(() -> topics.read("halted").size() > 10);
            process.terminate();
            assertThat(process.exitCode(Duration.ofSeconds(20))).isEqualTo(1);
            errors = process.errors();
        }
        assertThat(errors.strip())
                .matches("sidetrack: interrupted; \\d+ lines have arrived, go on with --from-line \\d+");
        String goOn = errors.strip().substring(errors.strip().lastIndexOf(' ') + 1);
        assertThat(sidetrack("publish", file.toString(), "--topic", "halted", "--key", "/id", "--from-line", goOn).code)
                .isZero();
        assertThat(topics.read("halted"))
                .extracting(record -> new String(record.value(), UTF_8))
                .containsExactlyInAnyOrderElementsOf(lines);
    }

    @Test
    void publishKeepsToItsRate() throws IOException {
        topics.create("paced", 1, Map.of());
        Path file = Files.writeString(folder.resolve("paced.jsonl"), "{\"id\":\"a\"}\n".repeat(30));
        long start = System.nanoTime();
        assertThat(sidetrack("publish", file.toString(), "--topic", "paced", "--key", "/id", "--rate", "20").code)
                .isZero();
        // 30 lines at 20 a second: it may take longer than this on a busy machine, but never less.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1300));
        assertThat(topics.read("paced")).hasSize(30);
    }

    @Test
    void jarRunsWithTheServicesOwnVariables() {
        topics.create("jar", 1, Map.of());
        try (ServiceProcess process = ServiceProcess.start(
                Path.of("target", "sidetrack-ops.jar"),
                List.of("provision", "--backfill-partitions", "2"),
                Map.of("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers(), "ROUTER_SOURCE_TOPIC", "jar"))) {
            assertThat(process.exitCode(Duration.ofSeconds(60)))
                    .as(process::errors)
                    .isZero();
            assertThat(process.output().lines()).hasSize(5).allMatch(line -> line.startsWith("create jar-"));
            assertThat(process.errors()).isEmpty();
        }
    }
}
