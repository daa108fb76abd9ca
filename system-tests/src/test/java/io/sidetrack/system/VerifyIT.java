package io.sidetrack.system;

import static io.sidetrack.system.SidetrackFixture.SOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** {@code sidetrack verify} of what the writer has written to a table, before and after the table is tampered with. */
class VerifyIT {
    private static final int KEYS = 300;
    private static SidetrackFixture fixture;

    @BeforeAll
    static void start() {
        fixture = new SidetrackFixture();
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    private static ProducerRecord<byte[], byte[]> record(String lane, String key, String value) {
        return new ProducerRecord<>(lane, null, key.getBytes(UTF_8), value == null ? null : value.getBytes(UTF_8));
    }

    private static String json(String id, int n) {
        return "{\"id\":\"%s\",\"n\":%d,\"nested\":{\"list\":[1.50,\"ä\",null,true]},\"price\":\"12.5\"}"
                .formatted(id, n);
    }

    /** Creates a lane and a table of the same name, and has the writer write some records. */
    private static Map<String, String> written(
            String lane, Map<String, String> settings, List<ProducerRecord<byte[], byte[]>> records) {
        return writtenInSteps(lane, settings, () -> fixture.topics.send(records));
    }

    /** Creates a lane and a table of the same name, and has the writer write what each step sends before the next one. */
    private static Map<String, String> writtenInSteps(String lane, Map<String, String> settings, Runnable... steps) {
        fixture.topics.createLane(lane, 3);
        fixture.topics.createLane(lane + "-dead-letters", 1);
        fixture.tables.create(lane, "id");
        Map<String, String> all = new HashMap<>(settings);
        all.putAll(Map.of("WRITER_TOPIC", lane, "WRITER_TABLE", lane, "WRITER_HTTP_PORT", "0"));
        steps[0].run();
        try (ServiceProcess writer = fixture.writer(all)) {
            awaitWritten(lane);
            for (int i = 1; i < steps.length; i++) {
                steps[i].run();
                awaitWritten(lane);
            }
            writer.terminate();
            assertThat(writer.exitCode(SOON)).isZero();
        }
        all.putAll(fixture.aws());
        return all;
    }

    private static void awaitWritten(String lane) {
        await().atMost(SOON)
                .untilAsserted(() -> assertThat(fixture.topics.lag("sidetrack-writer-" + lane + "~" + lane, lane))
                        .isZero());
    }

    private static Map<String, AttributeValue> key(String id) {
        return Map.of("id", AttributeValue.fromS(id));
    }

    private static void change(String table, String id, String attribute, String number) {
        Map<String, AttributeValue> item =
                new HashMap<>(fixture.tables.get(table, key(id)).orElseThrow());
        item.put(attribute, AttributeValue.fromN(number));
        fixture.tables.put(table, item);
    }

    private static void assertFound(JsonNode report, String outcome, String... keys) {
        JsonNode found = report.at("/outcomes/" + outcome);
        assertThat(found.get("first").findValuesAsText("key"))
                .as(outcome)
                .containsExactlyInAnyOrder(Stream.of(keys).map(id -> "id=" + id).toArray(String[]::new));
        assertThat(found.get("count").intValue()).as(outcome).isEqualTo(keys.length);
    }

    @Test
    void plantedFaultOfEachKindIsReportedAsWhatItIs() throws IOException {
        String lane = "guarded";
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int n = 0; n < 2; n++) {
            for (int i = 0; i < KEYS; i++) {
                records.add(record(lane, "k" + i, json("k" + i, n)));
            }
        }
        for (String deleted : List.of("d0", "d1", "d2")) {
            records.add(record(lane, deleted, json(deleted, 0)));
            records.add(record(lane, deleted, null));
        }
        records.add(record(lane, "bad", "{\"id\":7}"));
        Map<String, String> settings = written(lane, Map.of("WRITER_MODE", "newest-wins"), records);

        assertThat(fixture.sidetrack(0, settings, "verify", "--whole-table"))
                .contains("607 records, 303 keys compared", "1 records have a dead letter", "equal: 303", "clean: ");

        fixture.tables.delete(lane, key("k0"));
        change(lane, "k1", "sidetrack_version", "1");
        change(lane, "k2", "n", "77");
        change(lane, "k3", "sidetrack_version", "99999999999999");
        Map<String, AttributeValue> resurrected =
                new HashMap<>(fixture.tables.get(lane, key("k4")).orElseThrow());
        resurrected.put("id", AttributeValue.fromS("d0"));
        resurrected.put("sidetrack_version", AttributeValue.fromN("1"));
        fixture.tables.put(lane, resurrected);
        Map<String, AttributeValue> staleMarker =
                new HashMap<>(fixture.tables.get(lane, key("d1")).orElseThrow());
        staleMarker.put("id", AttributeValue.fromS("k5"));
        staleMarker.put("sidetrack_version", AttributeValue.fromN("1"));
        fixture.tables.put(lane, staleMarker);
        fixture.tables.put(lane, Map.of("id", AttributeValue.fromS("nobody")));

        JsonNode report = new ObjectMapper()
                .readTree(fixture.sidetrack(1, settings, "verify", "--whole-table", "--read-units", "5000", "--json"));
        assertFound(report, "missing", "k0");
        assertFound(report, "older", "k1");
        assertFound(report, "different", "k2");
        assertThat(report.at("/outcomes/different/first/0/differing/0").textValue())
                .isEqualTo("n");
        assertThat(report.at("/outcomes/newer/count").intValue()).isEqualTo(1);
        assertFound(report, "present-although-deleted", "d0");
        assertFound(report, "stale-marker", "k5");
        assertFound(report, "extra", "nobody");
        assertThat(report.at("/outcomes/equal/count").intValue()).isEqualTo(303 - 6);
        assertThat(report.get("clean").booleanValue()).isFalse();
        assertThat(report.get("readUnits").doubleValue()).isGreaterThan(300);
    }

    @Test
    void lostDeadLetterAndUnwrittenRecordsAreNotTakenForEqual() {
        String lane = "partly";
        Map<String, String> settings = written(
                lane,
                Map.of("WRITER_DEAD_LETTER_TOPIC", "partly-dead-letters"),
                List.of(record(lane, "a", json("a", 1)), record(lane, "b", "{\"id\":7}")));
        fixture.topics.createLane("empty", 1);
        assertThat(fixture.sidetrack(1, settings, "verify", "--dead-letters", "empty"))
                .contains("rejected: 1", "key-wrong-type", "NOT CLEAN");

        fixture.topics.send(List.of(record(lane, "a", json("a", 2)), record(lane, "c", json("c", 1))));
        assertThat(fixture.sidetrack(1, settings, "verify"))
                .contains("2 records are beyond the offsets", "equal: 1", "pending: 1");
        assertThat(fixture.sidetrack(1, settings, "verify", "--ignore-group"))
                .contains("different: 1", "n", "missing: 1");
    }

    @Test
    void linesOfAFileAreCompared(@TempDir Path folder) throws IOException {
        String lane = "file";
        List<String> lines =
                IntStream.range(0, KEYS).mapToObj(i -> json("f" + i, i)).toList();
        Map<String, String> settings = written(
                lane,
                Map.of(),
                lines.stream().map(line -> record(lane, "k", line)).toList());
        Path file = folder.resolve("lines.jsonl");
        Files.write(file, lines);
        assertThat(fixture.sidetrack(0, settings, "verify", file.toString(), "--key", "/id"))
                .contains("300 records, 300 keys compared", "equal: 300");
        change(lane, "f7", "n", "1000");
        assertThat(fixture.sidetrack(1, settings, "verify", file.toString(), "--key", "/id"))
                .contains("different: 1", "id=f7; line 8; other in the table: n");
    }

    /** An item with a value of every type, in the order of the attributes' names. */
    private static String item(String id, int n) {
        return ("{'b':{'B':'AP9h'},'bs':{'BS':['','AA==','AAA=']},'f':{'BOOL':false},'id':{'S':'%s'},"
                        + "'l':{'L':[{'SS':['x','y']},{'L':[]},{'NULL':true}]},'m':{'M':{'é':{'BS':['AQ==']},'e':{'M':{}}}},"
                        + "'n':{'N':'%d'},'ns':{'NS':['-1.5','0','12345678901234567890123456789012345678']},"
                        + "'ss':{'SS':['','a','ä']},'t':{'BOOL':true},'z':{'NULL':true}}")
                .formatted(id, n)
                .replace('\'', '"');
    }

    private static Map<String, AttributeValue> attributes(String id, int n) {
        return Map.ofEntries(
                Map.entry("b", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {0, -1, 'a'}))),
                Map.entry("bs", AttributeValue.fromBs(List.of(bytes(), bytes(0), bytes(0, 0)))),
                Map.entry("f", AttributeValue.fromBool(false)),
                Map.entry("id", AttributeValue.fromS(id)),
                Map.entry(
                        "l",
                        AttributeValue.fromL(List.of(
                                AttributeValue.fromSs(List.of("x", "y")),
                                AttributeValue.fromL(List.of()),
                                AttributeValue.fromNul(true)))),
                Map.entry(
                        "m",
                        AttributeValue.fromM(Map.of(
                                "é", AttributeValue.fromBs(List.of(bytes(1))), "e", AttributeValue.fromM(Map.of())))),
                Map.entry("n", AttributeValue.fromN(Integer.toString(n))),
                Map.entry("ns", AttributeValue.fromNs(List.of("-1.5", "0", "12345678901234567890123456789012345678"))),
                Map.entry("ss", AttributeValue.fromSs(List.of("", "a", "ä"))),
                Map.entry("t", AttributeValue.fromBool(true)),
                Map.entry("z", AttributeValue.fromNul(true)));
    }

    private static SdkBytes bytes(int... bytes) {
        byte[] all = new byte[bytes.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) bytes[i];
        }
        return SdkBytes.fromByteArray(all);
    }

    private static String gzip(Path folder, String name, List<String> lines) throws IOException {
        Path file = folder.resolve("AWSDynamoDB").resolve(name);
        Files.createDirectories(file.getParent());
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(String.join("\n", lines).getBytes(UTF_8));
        }
        return folder.toString();
    }

    @Test
    void exportIsPublishedWrittenWholeAndVerified(@TempDir Path full, @TempDir Path incremental) throws IOException {
        String lane = "export";
        gzip(
                full,
                "1-a/data/a.json.gz",
                IntStream.range(0, 20)
                        .mapToObj(i -> "{\"Item\":" + item("e" + i, i) + "}")
                        .toList());
        gzip(
                full,
                "1-a/data/b.json.gz",
                List.of("{\"Item\":" + item("e20", 20) + "}", "{\"Item\":{\"id\":{\"S\":\"bad\"},\"s\":{\"SS\":[]}}}"));
        Files.createFile(full.resolve("AWSDynamoDB/1-a/data/empty.json.gz"));
        Files.writeString(full.resolve("AWSDynamoDB/1-a/manifest-files.json"), "{\"itemCount\":20}\n");
        String keys =
                "{\"Metadata\":{\"WriteTimestampMicros\":{\"N\":\"1680109764000000\"}},\"Keys\":{\"id\":{\"S\":\"%s\"}}%s}";
        gzip(
                incremental,
                "data/c.json.gz",
                List.of(
                        keys.formatted("e1", ",\"OldImage\":" + item("e1", 1)),
                        keys.formatted("e2", ",\"NewImage\":" + item("e2", 77)),
                        keys.formatted("e3", ",\"NewImage\":" + item("e3", 77))));
        String[] format = {"--format", "dynamodb", "--key-attributes", "id"};
        Map<String, String> settings = writtenInSteps(
                lane,
                Map.of("WRITER_MODE", "newest-wins"),
                () -> assertThat(publish(lane, full, format)).contains("published 22 records"),
                () -> assertThat(publish(lane, incremental, format)).contains("published 3 records"));

        for (int i = 0; i <= 20; i++) {
            Map<String, AttributeValue> stored =
                    new HashMap<>(fixture.tables.get(lane, key("e" + i)).orElseThrow());
            stored.keySet().removeIf(name -> name.startsWith("sidetrack_"));
            assertThat(sorted(stored))
                    .isEqualTo(
                            i == 1
                                    ? Map.of("id", AttributeValue.fromS("e1"))
                                    : attributes("e" + i, i == 2 || i == 3 ? 77 : i));
        }
        assertThat(fixture.sidetrack(0, settings, "verify", "--whole-table"))
                .contains("25 records, 21 keys compared", "1 records have a dead letter", "equal: 21", "clean: ");
        List<String> verify = new ArrayList<>(List.of("verify", full.toString(), incremental.toString()));
        verify.addAll(List.of(format));
        assertThat(fixture.sidetrack(1, settings, verify.toArray(new String[0])))
                .contains(
                        "25 records, 21 keys compared",
                        "equal: 21",
                        "rejected: 1",
                        "not-dynamodb-json",
                        "b.json.gz line 2");
    }

    private static String publish(String lane, Path folder, String... format) {
        List<String> all = new ArrayList<>(List.of("publish", folder.toString(), "--topic", lane));
        all.addAll(List.of(format));
        return fixture.sidetrack(0, all.toArray(new String[0]));
    }

    /** The table returns the elements of sets in any order. */
    private static Map<String, AttributeValue> sorted(Map<String, AttributeValue> item) {
        Map<String, AttributeValue> sorted = new HashMap<>();
        item.forEach((name, value) -> sorted.put(name, sorted(value)));
        return sorted;
    }

    private static AttributeValue sorted(AttributeValue value) {
        return switch (value.type()) {
            case SS -> AttributeValue.fromSs(value.ss().stream().sorted().toList());
            case NS ->
                AttributeValue.fromNs(value.ns().stream()
                        .sorted(Comparator.comparing(BigDecimal::new))
                        .toList());
            case BS ->
                AttributeValue.fromBs(value.bs().stream()
                        .sorted(Comparator.comparing(SdkBytes::asByteArrayUnsafe, Arrays::compare))
                        .toList());
            case L ->
                AttributeValue.fromL(value.l().stream().map(VerifyIT::sorted).toList());
            case M -> AttributeValue.fromM(sorted(value.m()));
            default -> value;
        };
    }

    @Test
    void interruptionPrintsWhatWasComparedAndLeavesNoFiles(@TempDir Path folder) throws IOException {
        String lane = "interrupted";
        Map<String, String> settings = written(
                lane,
                Map.of(),
                IntStream.range(0, KEYS)
                        .mapToObj(i -> record(lane, "k" + i, json("k" + i, i)))
                        .toList());
        // The first batch of 100 keys uses up the read units of more than a minute.
        try (ServiceProcess verify =
                fixture.start(settings, "verify", "--read-units", "1", "--work-dir", folder.toString())) {
            await().atMost(SOON).until(() -> !list(folder).isEmpty());
            verify.terminate();
            assertThat(verify.exitCode(SOON)).isEqualTo(2);
            assertThat(verify.output()).contains("INTERRUPTED");
        }
        assertThat(list(folder)).isEmpty();
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
