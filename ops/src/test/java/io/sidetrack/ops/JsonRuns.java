package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.Reduction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Runs the commands with {@code --json}, and compares what they print with the documentation. */
final class JsonRuns {
    private static final String[] SOURCE = {"--source", "json"};

    /** Fields that need running services. */
    private static final Map<String, Set<String>> OF_SERVICES = Map.of(
            "progress", Set.of("writeUnits"),
            "backfill status", Set.of("writeUnits"),
            "backfill resume",
                    Set.of(
                            "name",
                            "state",
                            "discards",
                            "since",
                            "copied",
                            "copiedOfWriters",
                            "copiedOfRouters",
                            "discarded",
                            "refused",
                            "seconds"));

    private final CommandsPage page = CommandsPage.read();
    private final OperatorFixture fixture;
    private final Path folder;
    /** The fields that were printed, by command. */
    private final Map<String, Set<String>> printed = new TreeMap<>();

    JsonRuns(OperatorFixture fixture, Path folder) {
        this.fixture = fixture;
        this.folder = folder;
    }

    private JsonNode run(int code, String command, String... options) {
        List<String> all = new ArrayList<>(List.of(command.split(" ", -1)));
        all.addAll(List.of(options));
        all.add("--json");
        OperatorFixture.Ended ended = fixture.run(all.toArray(String[]::new));
        assertThat(ended.code()).as(command + "\n" + ended.out() + ended.err()).isEqualTo(code);
        JsonNode result = page.requireDocumented(command, ended.out());
        result.fieldNames().forEachRemaining(printed.computeIfAbsent(command, none -> new TreeSet<>())::add);
        return result;
    }

    /** Runs all commands that need no table. */
    void all() throws IOException {
        assertThat(run(0, "provision", "--source", "json", "--create-source")
                        .at("/changes/0/applied")
                        .asBoolean())
                .isTrue();
        assertThat(run(0, "provision", SOURCE).get("asDeclared").asBoolean()).isTrue();
        publish();
        takeOver();
        replay();
        backfills();
        assertThat(run(1, "doctor", SOURCE).get("failed").asBoolean()).isTrue();
        assertThat(run(1, "audit", SOURCE).at("/findings/unexpected/count").asInt())
                .isEqualTo(1);
        deadLetters();
        assertThat(run(
                                0,
                                "size",
                                "--records",
                                "1000",
                                "--table-units",
                                "4000",
                                "--deadline",
                                "1h",
                                "--new-table",
                                "--partition-price",
                                "0.01")
                        .get("plans"))
                .hasSize(2);
        printed.forEach((command, fields) -> {
            Set<String> documented = page.topLevelFields(command);
            documented.removeAll(OF_SERVICES.getOrDefault(command, Set.of()));
            assertThat(fields).as(command).containsAll(documented);
        });
        Set<String> documented = new TreeSet<>(page.commandsWithFields());
        // Needs a table: VerifyIT.
        documented.remove("verify");
        assertThat(printed.keySet()).isEqualTo(documented);
    }

    private void publish() throws IOException {
        String lines = Files.writeString(folder.resolve("json.jsonl"), "{\"id\":\"a\"}\nbad\n{\"id\":\"b\"}\n")
                .toString();
        String[] file = {
            lines, "--key", "/id", "--skip-bad-lines", folder.resolve("bad").toString()
        };
        assertThat(run(0, "publish", with(file, "--dry-run"))
                        .at("/cost/writeUnits")
                        .asInt())
                .isEqualTo(2);
        assertThat(run(0, "publish", with(file, "--topic", "json"))
                        .get("firstBadLine")
                        .asText())
                .isEqualTo("line 2");
    }

    private void backfills() {
        String[] writers = with(SOURCE, "--table", "t", "--not-started");
        assertThat(run(0, "backfill pause", writers).get("paused").asBoolean()).isTrue();
        assertThat(run(0, "backfill speed", with(writers, "70"))
                        .get("writeUnits")
                        .asInt())
                .isEqualTo(70);
        assertThat(run(0, "backfill resume", writers).get("paused").asBoolean()).isFalse();
        assertThat(run(0, "backfill pause", with(SOURCE, "b1")).get("state").asText())
                .isEqualTo("paused");
        assertThat(run(0, "backfill cancel", with(SOURCE, "b2", "--discard"))
                        .get("discards")
                        .asBoolean())
                .isTrue();
        assertThat(run(0, "backfill status", with(SOURCE, "--table", "t")).get("backfills"))
                .hasSize(2);
    }

    private void replay() {
        String[] slice = {"--topic", "json", "--from", "2020-01-01T00:00:00Z"};
        assertThat(run(0, "replay", with(slice, "--dry-run")).get("copied").asInt())
                .isEqualTo(2);
        assertThat(run(0, "replay", slice).get("finished").asBoolean()).isTrue();
        assertThat(run(0, "progress", with(SOURCE, "--table", "t", "--interval-ms", "100"))
                        .at("/lanes/2/lag")
                        .asInt())
                .isPositive();
    }

    private void takeOver() {
        fixture.commit("old", "json", 0);
        String[] old = with(SOURCE, "--group", "old");
        assertThat(run(0, "adopt", with(old, "--dry-run")).get("backlog").asInt())
                .isEqualTo(2);
        assertThat(run(0, "adopt", old).at("/routerSettings/ROUTER_EXPECT_CUT").asText())
                .isEqualTo("true");
        assertThat(run(0, "adopt", old).get("alreadyAdopted").asBoolean()).isTrue();
        assertThat(run(0, "copy-offsets", "--topic", "json", "--from", "old", "--to", "new")
                        .at("/offsets/0")
                        .asInt())
                .isZero();
        // The writer of the backfill lane has a record to read.
        fixture.topics().send(List.of(new ProducerRecord<>("json-backfill", 0, null, new byte[1])));
        JsonNode release = run(0, "release", with(old, "--dry-run", "--table", "t"));
        assertThat(release.get("unread").asInt()).isEqualTo(2);
        assertThat(release.get("backfillUnread").asInt()).isEqualTo(1);
        assertThat(run(0, "release", with(SOURCE, "--cut-only"))
                        .at("/removedCut/group")
                        .asText())
                .isEqualTo("old");
    }

    private void deadLetters() {
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>("json-live-dead-letters", 0, "k".getBytes(UTF_8), new byte[] {(byte) 0xFF});
        record.headers().add("h\u202e", "v\u202e".getBytes(UTF_8));
        DeadLetterHeaders.add(record.headers(), "X", "m", "json-live", 0, 0, "not-utf8");
        fixture.topics().send(List.of(record));
        String[] topic = {"--topic", "json-live-dead-letters"};
        JsonNode list = run(0, "dead-letters list", with(topic, "--each"));
        assertThat(list.at("/letters/0/position").asText()).isEqualTo("0:0");
        JsonNode show = run(0, "dead-letters show", with(topic, "0:0"));
        assertThat(show.at("/headers/0/value/text").asText()).isEqualTo("v\u202e");
        assertThat(show.at("/value/base64").asText()).isEqualTo("/w==");
        String[] replay = with(topic, "--live", "json-live");
        assertThat(run(0, "dead-letters replay", with(replay, "--dry-run"))
                        .at("/tally/left")
                        .asInt())
                .isZero();
        run(0, "dead-letters replay", with(replay, "--operator", "a@b", "--reason", "not-utf8"));
        assertThat(run(0, "dead-letters history", with(topic, "--each"))
                        .at("/letters/0/by")
                        .asText())
                .isEqualTo("a@b");
        assertThat(run(0, "dead-letters history", topic)
                        .at("/runs/0/targets/json-live")
                        .asInt())
                .isEqualTo(1);
        ProducerRecord<byte[], byte[]> reduced = new ProducerRecord<>("json-live-dead-letters", 0, null, new byte[0]);
        DeadLetterHeaders.add(reduced.headers(), "X", "m", "json-live", 0, 0, "item-too-large");
        Reduction.of("key,value", new byte[1], new byte[2]).addTo(reduced.headers());
        fixture.topics().send(List.of(reduced));
        assertThat(run(0, "dead-letters show", with(topic, "0:3"))
                        .at("/wholeValue/bytes")
                        .asInt())
                .isEqualTo(2);
    }

    private static String[] with(String[] options, String... more) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }
}
