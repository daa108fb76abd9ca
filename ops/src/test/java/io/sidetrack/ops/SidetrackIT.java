package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Provision and publish on a real broker. */
class SidetrackIT {
    private static final Duration SOON = Duration.ofMinutes(2);

    @RegisterExtension
    static final OperatorFixture FIXTURE = new OperatorFixture();

    @TempDir
    private Path folder;

    private static Map<String, String> configs(String topic) throws Exception {
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        Config config = FIXTURE.topics()
                .admin()
                .describeConfigs(List.of(resource))
                .all()
                .get()
                .get(resource);
        Map<String, String> values = new HashMap<>();
        config.entries().forEach(entry -> values.put(entry.name(), entry.value()));
        return values;
    }

    private static int partitions(String topic) throws Exception {
        return FIXTURE.topics()
                .admin()
                .describeTopics(List.of(topic))
                .allTopicNames()
                .get()
                .get(topic)
                .partitions()
                .size();
    }

    @Test
    void provisionCreatesWhatIsMissingAndASecondTimeChangesNothing() throws Exception {
        OperatorFixture.Ended dry = FIXTURE.run(
                "provision", "--status-topic", "new-status", "--source", "new", "--create-source", "--dry-run");
        assertThat(dry.code()).isZero();
        assertThat(dry.out().lines()).hasSize(8).allMatch(line -> line.startsWith("would create new"));
        assertThat(FIXTURE.topics().admin().listTopics().names().get()).noneMatch(name -> name.startsWith("new"));

        assertThat(FIXTURE.run("provision", "--status-topic", "new-status", "--source", "new", "--create-source")
                        .code())
                .isZero();
        assertThat(partitions("new")).isEqualTo(3);
        assertThat(partitions("new-live")).isEqualTo(3);
        assertThat(partitions("new-backfill")).isEqualTo(48);
        assertThat(partitions("new-backfill-dead-letters")).isEqualTo(1);
        assertThat(partitions("new-backfill-parked")).isEqualTo(48);
        for (String lane : List.of("new-live", "new-backfill", "new-live-dead-letters", "new-backfill-parked")) {
            assertThat(configs(lane)).containsEntry("message.timestamp.type", "LogAppendTime");
        }
        assertThat(configs("new-status")).containsEntry("cleanup.policy", "compact");
        assertThat(configs("new-live-dead-letters")).containsEntry("retention.ms", "-1");

        assertThat(FIXTURE.run("provision", "--status-topic", "new-status", "--source", "new"))
                .isEqualTo(new OperatorFixture.Ended(0, String.format("all 7 topics are as declared%n"), ""));
        assertThat(FIXTURE.run("provision", "--status-topic", "new-status", "--source", "new", "--check")
                        .code())
                .isZero();
    }

    @Test
    void deadLetterTopicsHaveTheNamesThatTheServicesHave() throws Exception {
        Map<String, String> environment = Map.of(
                "ROUTER_DEAD_LETTER_TOPIC", "of-router",
                "WRITER_TOPIC", "named-live",
                "WRITER_DEAD_LETTER_TOPIC", "of-live");
        String[] provision = {"provision", "--source", "named", "--create-source"};
        FIXTURE.run(environment, provision).assertDone();
        assertThat(FIXTURE.topics().admin().listTopics().names().get())
                .contains("of-router", "of-live", "named-backfill-dead-letters")
                .doesNotContain("named-dead-letters", "named-live-dead-letters");
        assertThat(configs("of-live")).containsEntry("message.timestamp.type", "LogAppendTime");
        assertThat(FIXTURE.run(environment, "doctor", "--source", "named")
                        .assertDone()
                        .out())
                .contains("ok    of-router: 1 partitions", "ok    of-live: 1 partitions");
        String[] option = {
            "provision",
            "--source",
            "named",
            "--dead-letters",
            "named-live=of-live",
            "--dead-letters",
            "named-live=second"
        };
        assertThat(FIXTURE.run(environment, option).assertDone().out())
                .contains("create second with 1 partitions")
                .doesNotContain("of-live", "named");
        FIXTURE.run("provision", "--source", "named", "--dead-letters", "other=x")
                .assertRefused(2, "--dead-letters=other=x: does not begin with the shared topic or a lane");
        FIXTURE.run("provision", "--source", "named", "--dead-letters", "named-live=named")
                .assertRefused(2, "--dead-letters=named-live=named: named is the shared topic or a lane");
    }

    @Test
    void checkReportsDriftAndProvisionCorrectsIt() throws Exception {
        FIXTURE.run("provision", "--source", "drift", "--create-source", "--backfill-partitions", "4");
        FIXTURE.topics().create("other", 1, Map.of());
        OperatorFixture.Ended check = FIXTURE.run("provision", "--source", "drift", "--live", "other", "--check");
        assertThat(check.code()).isEqualTo(1);
        assertThat(check.out())
                .contains("would set on other: ", "message.timestamp.type CreateTime -> LogAppendTime")
                .contains("grow other from 1 to 3 partitions: left alone")
                .contains("grow drift-backfill from 4 to 48 partitions: left alone");
        assertThat(configs("other")).containsEntry("message.timestamp.type", "CreateTime");

        OperatorFixture.Ended mended = FIXTURE.run("provision", "--source", "drift", "--live", "other");
        assertThat(mended.code()).as("a change was not made").isEqualTo(1);
        await().atMost(SOON).untilAsserted(() -> assertThat(configs("other"))
                .containsEntry("message.timestamp.type", "LogAppendTime"));
        assertThat(partitions("other")).isEqualTo(1);

        assertThat(FIXTURE.run("provision", "--source", "drift", "--live", "other", "--grow-partitions")
                        .code())
                .isZero();
        // The controller has accepted the change; a broker may apply it a moment later.
        await().atMost(SOON).untilAsserted(() -> assertThat(partitions("other")).isEqualTo(3));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(partitions("drift-backfill")).isEqualTo(48));
        await().atMost(SOON).untilAsserted(() -> assertThat(partitions("drift-backfill-parked"))
                .isEqualTo(48));
        FIXTURE.topics().create("settings", 1, Map.of("retention.ms", "604800000"));
        assertThat(FIXTURE.run("doctor", "--source", "drift", "--control-topic", "settings")
                        .out())
                .contains("FAIL  settings: has cleanup.policy=delete and retention.ms=604800000")
                .contains("-> run `sidetrack provision`, which corrects it");
        String[] settings = {"provision", "--source", "drift", "--live", "other", "--control-topic", "settings"};
        assertThat(FIXTURE.run(settings).assertDone().out())
                .contains("set on settings: cleanup.policy delete -> compact");
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(configs("settings")).containsEntry("cleanup.policy", "compact"));
        assertThat(FIXTURE.run(settings).assertDone().out()).doesNotContain("settings");

        OperatorFixture.Ended fewer =
                FIXTURE.run("provision", "--source", "drift", "--backfill-partitions", "5", "--live", "other");
        assertThat(fewer.code()).isEqualTo(1);
        assertThat(fewer.out()).contains("Kafka cannot remove partitions");
    }

    @Test
    void failuresAreReportedInOneLine() {
        FIXTURE.run("provision", "--source", "absent").assertRefused(2, "--source=absent: there is no such topic");
        FIXTURE.run("provision").assertRefused(2, "--source: not given");
        FIXTURE.run("provision", "--source", "a", "--backfill-partitions", "many")
                .assertRefused(2, "Invalid value");
        FIXTURE.run("publish", "none.jsonl", "--key", "/id", "--topic", "x").assertRefused(2, "FILE none.jsonl");
        FIXTURE.run("publish", "pom.xml", "--key", "id", "--topic", "x")
                .assertRefused(2, "--key=id: not a JSON pointer");
        FIXTURE.run("publish", "pom.xml", "--key", "/id", "--topic", "absent")
                .assertRefused(2, "--topic=absent: there");
        FIXTURE.run("frobnicate").assertRefused(2, "");
        FIXTURE.run("verify", "pom.xml", "--key", "/id", "--table", "t", "--from", "2026-05-01T00:00:00Z")
                .assertRefused(2, "--from: only for a lane");
        String instant = "2026-05-01T00:00:00Z";
        FIXTURE.run("verify", "--topic", "x", "--table", "t", "--from", instant, "--to", instant)
                .assertRefused(2, "selects nothing");
        FIXTURE.run("verify", "--topic", "x", "--table", "t", "--timestamp", "/at")
                .assertRefused(2, "--timestamp: only for files");
        FIXTURE.run("progress", "--source", "x", "--interval-ms", "0").assertRefused(2, "--interval-ms=0");
        FIXTURE.run("size", "--records", "1", "--live-rate", "-5").assertRefused(2, "--live-rate=-5.0: not valid");
        FIXTURE.run("size", "--records", "1", "--price", "Infinity").assertRefused(2, "--price=Infinity: not valid");
        FIXTURE.run("provision", "--source", "rf", "--create-source", "--replication-factor", "3")
                .assertRefused(1, "could not create rf");
    }

    @Test
    void publishSendsEveryLineUnchangedWithKeyAndMarkInOrder() throws IOException {
        FIXTURE.topics().create("file", 2, Map.of("message.timestamp.before.max.ms", Long.toString(Long.MAX_VALUE)));
        Path file = folder.resolve("file.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("\uFEFF{\"o\":{\"id\":\"a\"}, \"at\":\"2019-01-01T00:00:00Z\", \"n\":1}\r\n".getBytes(UTF_8));
            out.write("{\"o\":{\"id\":7},\"at\":1546300800001,\"n\":1.000}\n\n".getBytes(UTF_8));
            out.write("{\"o\":{\"id\":\"a\"},\"at\":0}".getBytes(UTF_8));
        }
        OperatorFixture.Ended ended = FIXTURE.run(
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
        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(ended.out()).startsWith("published 3 records in ");
        assertThat(ended.err())
                .as("no progress without a terminal, but a note on retention")
                .contains("retention.ms");

        Map<String, List<ConsumerRecord<byte[], byte[]>>> byKey = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> record : FIXTURE.topics().read("file")) {
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
    void publishSendsNothingIfItCostsTooMuch() throws IOException {
        FIXTURE.topics().create("priced", 1, Map.of());
        Path file = folder.resolve("priced.jsonl");
        Files.writeString(file, "{\"id\":1}\n{\"id\":2}\n");
        assertThat(FIXTURE.run("publish", file.toString(), "--key", "/id", "--dry-run", "--new-table")
                        .assertDone()
                        .out())
                .contains("2 records, 16 bytes; items of 4 bytes on average")
                .contains("2 write units, $0.0000 at $0.625 per million")
                .contains("an import from S3");
        String[] expensive = {
            "publish", file.toString(), "--topic", "priced", "--key", "/id", "--price", "1e6", "--max-cost", "1.5"
        };
        FIXTURE.run(expensive).assertRefused(1, "nothing was sent: 2 write units, $2.00");
        assertThat(FIXTURE.topics().read("priced")).isEmpty();
        FIXTURE.run("publish", "-", "--topic", "priced", "--key", "/id", "--max-cost", "1")
                .assertRefused(2, "--max-cost: standard input can be read only once");
        expensive[9] = "2";
        FIXTURE.run(expensive).assertDone();
        assertThat(FIXTURE.topics().read("priced")).hasSize(2);
    }

    @Test
    void publishStopsAtABadLineAndExplainsHowToContinue() throws IOException {
        FIXTURE.topics().create("broken", 1, Map.of());
        Path file = Files.writeString(folder.resolve("broken.jsonl"), """
            {"id":"a"}
            {"id":"b"}
            {"id":"s3cret",
            {"id":"d"}
            """);
        OperatorFixture.Ended ended = FIXTURE.run("publish", file.toString(), "--topic", "broken", "--key", "/id");
        ended.assertRefused(1, "line 3 is not JSON, at character");
        assertThat(ended.err())
                .contains("2 lines have arrived, continue with --from-line 3")
                .doesNotContain("s3cret");

        Path bad = folder.resolve("bad.jsonl");
        OperatorFixture.Ended again = FIXTURE.run(
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
        assertThat(again.code()).isZero();
        assertThat(again.out()).startsWith("published 1 records").contains("1 bad lines skipped");
        assertThat(Files.readString(bad)).isEqualTo("{\"id\":\"s3cret\",\n");
        assertThat(FIXTURE.topics().read("broken"))
                .extracting(record -> new String(record.key(), UTF_8))
                .containsExactly("a", "b", "d");
    }

    @Test
    void provisionNeitherShortensRetentionNorReplacesCompaction() throws Exception {
        FIXTURE.run("provision", "--source", "kept", "--create-source", "--backfill-partitions", "1");
        set("kept-backfill", "retention.ms", "2592000000");
        set("kept-live", "cleanup.policy", "compact");
        OperatorFixture.Ended again = FIXTURE.run("provision", "--source", "kept", "--backfill-partitions", "1");
        assertThat(again.code()).as("a change was not made").isEqualTo(1);
        assertThat(again.out())
                .startsWith("cleanup.policy compact -> delete on kept-live: left alone")
                .hasLineCount(1);
        assertThat(configs("kept-backfill")).containsEntry("retention.ms", "2592000000");
        assertThat(configs("kept-live")).containsEntry("cleanup.policy", "compact");
        assertThat(FIXTURE.run(
                                "provision",
                                "--source",
                                "kept",
                                "--backfill-partitions",
                                "1",
                                "--retention-ms",
                                "604800000",
                                "--allow-weaker")
                        .out())
                .contains("set on kept-live: cleanup.policy compact -> delete")
                .contains("set on kept-backfill: retention.ms 2592000000 -> 604800000");
    }

    @Test
    void provisionSucceedsIfATopicKeepsMoreThanDeclared() throws Exception {
        Path file = Files.writeString(folder.resolve("lanes.json"), """
            {"source": "raised", "createSource": true, "backfillPartitions": 1, "retentionMs": 604800000}
            """);
        FIXTURE.run("provision", "--file", file.toString()).assertDone();
        set("raised-live", "retention.ms", "2592000000");
        for (String check : List.of("--check", "--dry-run")) {
            FIXTURE.run("provision", "--file", file.toString(), check).assertDone();
        }
        assertThat(FIXTURE.run("provision", "--file", file.toString())
                        .assertDone()
                        .out())
                .startsWith("retention.ms 2592000000 -> 604800000 on raised-live: left alone")
                .hasLineCount(1);
        assertThat(configs("raised-live")).containsEntry("retention.ms", "2592000000");
        assertThat(FIXTURE.run("provision", "--file", file.toString(), "--allow-weaker", "--check")
                        .code())
                .isEqualTo(1);
        FIXTURE.run("provision", "--file", file.toString(), "--allow-weaker").assertDone();
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(configs("raised-live")).containsEntry("retention.ms", "604800000"));
    }

    @Test
    void provisionPrintsThatItRemovesASizeLimitAndKeepsADeclaredOne() throws Exception {
        String[] declared = {"provision", "--source", "limited", "--backfill-partitions", "1"};
        String[] create = Arrays.copyOf(declared, declared.length + 1);
        create[declared.length] = "--create-source";
        FIXTURE.run(create).assertDone();
        set("limited-live", "retention.bytes", "1000000");
        assertThat(FIXTURE.run(
                                "provision",
                                "--source",
                                "limited",
                                "--live",
                                "limited-live",
                                "--backfill",
                                "limited-live",
                                "--backfill-partitions",
                                "3",
                                "--retention-bytes",
                                "1000000")
                        .assertDone()
                        .out())
                .doesNotContain("retention.bytes 1000000");
        assertThat(configs("limited-live")).containsEntry("retention.bytes", "1000000");
        assertThat(FIXTURE.run(declared).assertDone().out())
                .isEqualTo(String.format("set on limited-live: retention.bytes 1000000 -> -1%n"));
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(configs("limited-live")).containsEntry("retention.bytes", "-1"));
    }

    private static void set(String topic, String config, String value) throws Exception {
        FIXTURE.topics()
                .admin()
                .incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(new ConfigEntry(config, value), AlterConfigOp.OpType.SET))))
                .all()
                .get();
        await().atMost(SOON).untilAsserted(() -> assertThat(configs(topic)).containsEntry(config, value));
    }

    @Test
    void publishRefusesOptionsThatWouldSilentlyHaveAnotherEffect() throws IOException {
        FIXTURE.topics().createLane("refused", 1);
        String file = Files.writeString(folder.resolve("refused.jsonl"), "{\"id\":\"a\",\"at\":1}\n")
                .toString();
        for (String no : List.of("0", " FALSE ")) {
            FIXTURE.run("publish", file, "--topic", "refused", "--key", "/id", "--backfill", no)
                    .assertRefused(2, "this value means live to the router");
        }
        FIXTURE.run("publish", file, "--topic", "refused", "--key", "/id", "--timestamp", "/at")
                .assertRefused(2, "topic refused has message.timestamp.type=LogAppendTime");
        FIXTURE.run("publish", file, "--topic", "refused", "--key", "/id", "--skip-bad-lines", file)
                .assertRefused(2, "this is the published file");
        assertThat(Files.size(Path.of(file))).isPositive();
        Path config = folder.resolve("client.properties");
        Files.writeString(config, "delivery.timeout.ms=20000\n");
        FIXTURE.run("publish", file, "--topic", "refused", "--key", "/id", "--command-config", config.toString())
                .assertRefused(2, "KAFKA_DELIVERY_TIMEOUT_MS=20000: less than linger.ms + request.timeout.ms");
        assertThat(FIXTURE.topics().read("refused")).isEmpty();
    }

    @Test
    void publishSkipsALineOf150MegabytesInASmallHeap() throws IOException {
        FIXTURE.topics().create("large", 1, Map.of());
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
            "publish",
            file.toString(),
            "--topic",
            "large",
            "--key",
            "/id",
            "--backfill",
            "b",
            "--skip-bad-lines",
            bad.toString()
        };
        try (ServiceProcess process = FIXTURE.start(48, Map.of("ROUTER_BACKFILL_HEADER", "x-mine"), arguments)) {
            assertThat(process.exitCode(SOON)).as(process::errors).isZero();
            assertThat(process.output()).startsWith("published 2 records").contains("1 bad lines skipped");
        }
        assertThat(Files.size(bad)).isEqualTo(150L * (1 << 20) + "{\"id\":\"\"}\n".length());
        assertThat(FIXTURE.topics().read("large")).hasSize(2).allSatisfy(record -> assertThat(
                        record.headers().lastHeader("x-mine").value())
                .isEqualTo("b".getBytes(UTF_8)));
    }

    @Test
    void publishCanContinueAfterAnInterruptWithoutLossOrDuplicates() throws IOException {
        FIXTURE.topics().create("halted", 3, Map.of());
        List<String> lines = new ArrayList<>();
        // At the rate of the first run, these take longer than the test needs to interrupt it.
        for (int i = 1; i <= 3000; i++) {
            lines.add("{\"id\":" + i + "}");
        }
        Path file = Files.write(folder.resolve("halted.jsonl"), lines);
        String errors;
        try (ServiceProcess process = FIXTURE.start(
                64, Map.of(), "publish", file.toString(), "--topic", "halted", "--key", "/id", "--rate", "50")) {
            await().atMost(SOON).until(() -> FIXTURE.topics().read("halted").size() > 10);
            process.terminate();
            assertThat(process.exitCode(SOON)).isEqualTo(1);
            errors = process.errors();
        }
        assertThat(errors.strip())
                .matches("sidetrack: interrupted; \\d+ lines have arrived, continue with --from-line \\d+");
        String goOn = errors.strip().substring(errors.strip().lastIndexOf(' ') + 1);
        assertThat(FIXTURE.run("publish", file.toString(), "--topic", "halted", "--key", "/id", "--from-line", goOn)
                        .code())
                .isZero();
        assertThat(FIXTURE.topics().read("halted"))
                .extracting(record -> new String(record.value(), UTF_8))
                .containsExactlyInAnyOrderElementsOf(lines);
    }

    @Test
    void publishDoesNotExceedItsRate() throws IOException {
        FIXTURE.topics().create("paced", 1, Map.of());
        Path file = Files.writeString(folder.resolve("paced.jsonl"), "{\"id\":\"a\"}\n".repeat(30));
        long start = System.nanoTime();
        assertThat(FIXTURE.run("publish", file.toString(), "--topic", "paced", "--key", "/id", "--rate", "20")
                        .code())
                .isZero();
        // 30 lines at 20 per second: this may take longer on a busy machine, but not less.
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(1300));
        assertThat(FIXTURE.topics().read("paced")).hasSize(30);
    }

    @Test
    void jarReadsTheServicesOwnVariables() {
        FIXTURE.topics().create("jar", 1, Map.of());
        try (ServiceProcess process =
                FIXTURE.start(128, Map.of("ROUTER_SOURCE_TOPIC", "jar"), "provision", "--backfill-partitions", "2")) {
            assertThat(process.exitCode(SOON)).as(process::errors).isZero();
            assertThat(process.output().lines())
                    .filteredOn(line -> line.startsWith("create jar-"))
                    .hasSize(6);
            assertThat(process.errors()).isEmpty();
        }
    }
}
