package io.sidetrack.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sidetrack.sandbox.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Replays on a real broker: exactly once, byte for byte, and refused rather than incomplete. */
class ReplayIT {
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final long DAY_MS = Duration.ofDays(1).toMillis();

    @RegisterExtension
    static final OperatorFixture FIXTURE = new OperatorFixture();

    @TempDir
    private Path folder;

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return bytes == null ? null : new String(bytes, UTF_8);
    }

    private static ProducerRecord<byte[], byte[]> record(
            String topic, int partition, Long timestampMs, String key, String value) {
        return new ProducerRecord<>(
                topic, partition, timestampMs, key == null ? null : bytes(key), value == null ? null : bytes(value));
    }

    private static OperatorFixture.Ended replay(String... arguments) {
        List<String> all = new ArrayList<>(List.of("replay"));
        all.addAll(List.of(arguments));
        return FIXTURE.run(all.toArray(String[]::new));
    }

    private static List<String> headers(ConsumerRecord<byte[], byte[]> record) {
        return Arrays.stream(record.headers().toArray())
                .map(header -> header.key() + "=" + text(header.value()))
                .toList();
    }

    private static String origin(ConsumerRecord<byte[], byte[]> record) {
        Header origin = record.headers().lastHeader("sidetrack-replayed-from");
        return origin == null ? "none" : text(origin.value());
    }

    private static List<String> values(String topic) {
        return FIXTURE.topics().read(topic).stream()
                .map(record -> text(record.value()))
                .toList();
    }

    private static void deleteBefore(String topic, int partition, long offset) throws Exception {
        FIXTURE.topics()
                .admin()
                .deleteRecords(Map.of(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
                .all()
                .get();
    }

    @Test
    void copiesCommittedRecordsByteForByteAndTouchesNoGroup() throws Exception {
        FIXTURE.topics().create("whole", 2, Map.of("retention.ms", "-1"));
        FIXTURE.topics().createLane("whole-backfill", 3);
        long now = System.currentTimeMillis();
        try (Transactions upstream = new Transactions(FIXTURE.broker(), "upstream")) {
            ProducerRecord<byte[], byte[]> odd = record("whole", 0, now - 9 * DAY_MS, null, null);
            odd.headers().add("h", null).add("h", new byte[0]).add("sidetrack-timestamp", bytes("999"));
            upstream.send(record("whole", 0, now - 10 * DAY_MS, "a", "too old"), odd);
            upstream.begin("whole", 2, 3).abort();
            upstream.send(
                    record("whole", 0, now - 8 * DAY_MS, "a", "1"),
                    record("whole", 1, now - 8 * DAY_MS, "b", "1"),
                    record("whole", 0, now - 20 * DAY_MS, "a", "2"));
            upstream.begin("whole", 2, 1).abort();
        }
        FIXTURE.commit("live-group", "whole", Map.of(0, 2L, 1, 1L));
        String from = Instant.ofEpochMilli(now - 9 * DAY_MS).toString();

        String dry = replay("--topic", "whole", "--from", from, "--backfill", "restore", "--dry-run")
                .assertDone()
                .out();
        assertThat(dry)
                .contains("would replay 4 of 4 records of whole to whole-backfill")
                .contains("first  partition 0, offset ")
                .contains(Instant.ofEpochMilli(now - 20 * DAY_MS).toString())
                .contains("4 write units, $0.0000 at $0.625 per million");
        replay("--topic", "whole", "--from", from, "--backfill", "restore", "--max-cost", "0.000001")
                .assertRefused(1, "not replayed: 4 write units");
        assertThat(FIXTURE.topics().read("whole-backfill")).isEmpty();
        String done = replay("--topic", "whole", "--from", from, "--backfill", "restore")
                .assertDone()
                .out();
        assertThat(done).contains("replayed 4 of 4 records of whole to whole-backfill", "finished at");

        Map<String, ConsumerRecord<byte[], byte[]>> source = new HashMap<>();
        FIXTURE.topics()
                .read("whole")
                .forEach(record -> source.put("whole/" + record.partition() + "/" + record.offset(), record));
        List<ConsumerRecord<byte[], byte[]>> lane = FIXTURE.topics().read("whole-backfill");
        assertThat(lane).hasSize(4).allSatisfy(copy -> {
            ConsumerRecord<byte[], byte[]> original = source.get(origin(copy));
            assertThat(copy.key()).isEqualTo(original.key());
            assertThat(copy.value()).isEqualTo(original.value());
            assertThat(copy.timestamp()).as("stamped on arrival").isGreaterThanOrEqualTo(now);
            List<String> expected = new ArrayList<>(headers(original));
            expected.remove("sidetrack-timestamp=999");
            expected.addAll(List.of(
                    "x-backfill=restore",
                    "sidetrack-timestamp=" + original.timestamp(),
                    "sidetrack-replayed-from=" + origin(copy)));
            assertThat(headers(copy)).isEqualTo(expected);
        });
        assertThat(lane.stream().filter(copy -> "a".equals(text(copy.key()))).map(copy -> text(copy.value())))
                .containsExactly("1", "2");
        assertThat(FIXTURE.topics().committed("live-group"))
                .isEqualTo(Map.of(new TopicPartition("whole", 0), 2L, new TopicPartition("whole", 1), 1L));
        assertThat(FIXTURE.topics().admin().listGroups().all().get())
                .as("no group but that of the live service")
                .allMatch(group -> !group.groupId().contains("replay"));

        assertThat(replay("--topic", "whole", "--from", from, "--backfill", "restore")
                        .assertDone()
                        .out())
                .contains("replayed 4 of 4", "finished at")
                .doesNotContain("per second");
        assertThat(FIXTURE.topics().read("whole-backfill")).hasSize(4);
        JsonNode json = new ObjectMapper()
                .readTree(replay("--topic", "whole", "--from", from, "--backfill", "restore", "--again", "--json")
                        .assertDone()
                        .out());
        assertThat(json.path("finished").asBoolean()).isTrue();
        assertThat(json.path("copied").asInt()).isEqualTo(4);
        assertThat(json.path("ranges").path("0").path("end").asLong()).isPositive();
        assertThat(FIXTURE.topics().read("whole-backfill")).hasSize(8);
        assertThat(replay("--topic", "whole", "--from", from, "--backfill", "restore", "--dry-run", "--json")
                        .assertDone()
                        .out())
                .contains("\"dryRun\":true,\"finished\":true,");
    }

    @Test
    void selectsByKeyHeaderPartitionAndOffset() throws Exception {
        FIXTURE.topics().create("some", 2, Map.of());
        FIXTURE.topics().createLane("some-backfill", 1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ProducerRecord<byte[], byte[]> record = record("some", i % 2, null, "k" + i, Integer.toString(i));
            record.headers().add("tenant", bytes(i % 3 == 0 ? "acme" : "other"));
            records.add(record);
        }
        FIXTURE.topics().send(records);
        Path keys = Files.writeString(folder.resolve("keys"), "k3\nk9\nk12\nk4\n");

        replay("--topic", "some", "--partition", "1", "--from", "2", "--to", "9", "--header", "tenant=acme")
                .assertDone();
        // Partition 1 has 1, 3, 5, ... at the offsets 0, 1, 2, ...
        assertThat(values("some-backfill")).containsExactly("9", "15");
        replay(
                        "--topic",
                        "some",
                        "--keys",
                        keys.toString(),
                        "--key-prefix",
                        "k18",
                        "--header",
                        "tenant=acme",
                        "--id",
                        "mine")
                .assertDone();
        assertThat(values("some-backfill").subList(2, 6)).containsExactlyInAnyOrder("3", "9", "12", "18");

        replay("--topic", "some", "--key-prefix", "k1", "--id", "mine")
                .assertRefused(2, "id mine: belongs to another request: from=earliest to=latest keys=sha256:");
        replay("--topic", "some", "--id", "parked~x", "--again").assertRefused(2, "--id=parked~x: not valid");
        replay("--topic", "some", "--from", "3").assertRefused(2, "an offset belongs to one partition");
        replay("--topic", "some", "--partition", "2").assertRefused(2, "topic some has the partitions 0 to 1");
        replay("--topic", "some", "--from", "yesterday").assertRefused(2, "--from=yesterday: not a position");
        replay("--topic", "some", "--backfill", "false").assertRefused(2, "this value means live to the router");
        assertThat(values("some-backfill")).hasSize(6);
    }

    /** The first run is killed, the lane grows, and the second run is fenced by the third, which completes the replay. */
    @Test
    void interruptedReplayContinuesWithoutLossOrRepetition() throws Exception {
        int count = 6_000;
        int partitions = 3;
        FIXTURE.topics().create("long", partitions, Map.of());
        FIXTURE.topics().createLane("long-backfill", 4);
        Random random = new Random(7);
        Map<String, List<String>> expected = new TreeMap<>();
        try (Transactions upstream = new Transactions(FIXTURE.broker(), "upstream-long")) {
            for (int i = 0; i < count; i += 1_000) {
                List<ProducerRecord<byte[], byte[]>> batch = new ArrayList<>();
                for (int j = i; j < i + 1_000; j++) {
                    int key = random.nextInt(40);
                    batch.add(record("long", key % partitions, null, "k" + key, "v" + j));
                    expected.computeIfAbsent("k" + key, none -> new ArrayList<>())
                            .add("v" + j);
                }
                upstream.begin("long", partitions, 1).abort();
                upstream.send(batch);
            }
        }
        // A run takes 40 s, longer than the test needs for its steps until the last run takes over.
        String[] slowly = {"replay", "--topic", "long", "--rate", "150", "--parallel-partitions", "2"};
        try (ServiceProcess killed = FIXTURE.start(256, Map.of(), slowly)) {
            awaitCopies(1);
            killed.kill();
        }
        int afterKill = copies();
        assertThat(afterKill).isBetween(1, count - 1);
        FIXTURE.topics().send(List.of(record("long", 0, null, "k0", "arrived after the slice was fixed")));
        FIXTURE.topics()
                .admin()
                .createPartitions(Map.of("long-backfill", NewPartitions.increaseTo(7)))
                .all()
                .get();
        CompletableFuture<OperatorFixture.Ended> fenced = CompletableFuture.supplyAsync(() -> FIXTURE.run(slowly));
        awaitCopies(afterKill + 1);
        assertThat(replay("--topic", "long", "--dry-run").assertDone().out())
                .contains("begun at", " of 6,0", "would replay ");
        assertThat(replay("--topic", "long", "--dry-run", "--json").assertDone().out())
                .containsPattern("\"dryRun\":true,\"copiedBefore\":[1-9]");

        assertThat(replay("--topic", "long").assertDone().out())
                .contains("replayed 6,000 of 6,000 records of long to long-backfill");

        fenced.get().assertRefused(1, "another run of long-");
        Map<String, List<String>> copied = new TreeMap<>();
        Map<String, Integer> partitionOf = new HashMap<>();
        for (ConsumerRecord<byte[], byte[]> copy : FIXTURE.topics().read("long-backfill")) {
            copied.computeIfAbsent(text(copy.key()), none -> new ArrayList<>()).add(text(copy.value()));
            assertThat(partitionOf.computeIfAbsent(text(copy.key()), none -> copy.partition()))
                    .isEqualTo(copy.partition());
        }
        assertThat(copied).isEqualTo(expected);
    }

    private static int copies() {
        return FIXTURE.topics().read("long-backfill").size();
    }

    private static void awaitCopies(int count) {
        await().atMost(SOON).until(() -> copies() >= count);
    }

    @Test
    void sliceBeyondRetentionIsRefusedAndDeletedRecordsAreNeverSkipped() throws Exception {
        FIXTURE.topics().create("cut", 1, Map.of());
        FIXTURE.topics().createLane("cut-backfill", 1);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            records.add(record("cut", 0, null, "k", "v" + i));
        }
        FIXTURE.topics().send(records);
        deleteBefore("cut", 0, 10);

        replay("--topic", "cut", "--from", "9")
                .assertRefused(
                        1,
                        "(partition 0 begins at offset 10, "
                                + Instant.now().toString().substring(0, 11));
        replay("--topic", "cut", "--from", "-7d").assertRefused(1, "in 1 of 1 partitions of cut");
        assertThat(FIXTURE.topics().read("cut-backfill")).isEmpty();

        try (ServiceProcess slow = FIXTURE.start(
                256, Map.of(), "replay", "--topic", "cut", "--from", "-7d", "--allow-deleted", "--rate", "10")) {
            await().atMost(SOON)
                    .until(() -> !FIXTURE.topics().read("cut-backfill").isEmpty());
            slow.terminate();
            assertThat(slow.exitCode(SOON)).isEqualTo(1);
            assertThat(slow.errors().strip())
                    .startsWith("sidetrack: interrupted; ")
                    .contains("are replayed, run the same command again to continue (id cut-")
                    .hasLineCount(1);
        }
        int copied = values("cut-backfill").size();
        assertThat(copied).isLessThan(300);
        deleteBefore("cut", 0, 390);
        replay("--topic", "cut", "--from", "-7d")
                .assertRefused(
                        1, "cut, partition 0: the offsets from %d to 389 were deleted before".formatted(10 + copied));
        assertThat(values("cut-backfill")).hasSize(copied);
        replay("--topic", "cut", "--from", "390", "--to", "392").assertDone();
        assertThat(values("cut-backfill").subList(copied, copied + 2)).containsExactly("v390", "v391");
    }

    @Test
    void recordsThatTheTargetRejectsAreNamedAndTheOthersCopied() {
        FIXTURE.topics().create("big", 1, Map.of());
        FIXTURE.topics()
                .create(
                        "big-backfill",
                        1,
                        Map.of("message.timestamp.type", "LogAppendTime", "max.message.bytes", "3000"));
        byte[] large = new byte[20_000];
        new Random(3).nextBytes(large);
        List<ProducerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            records.add(new ProducerRecord<>("big", 0, bytes("k"), i == 7 || i == 30 ? large : bytes("v" + i)));
        }
        FIXTURE.topics().send(records);

        for (int run = 0; run < 2; run++) {
            OperatorFixture.Ended ended = replay("--topic", "big");
            assertThat(ended.code()).isEqualTo(1);
            assertThat(ended.out())
                    .contains("replayed 48 of 50", "refused 2, which big-backfill rejects:", "finished at")
                    .contains("  big, partition 0, offset 7: ", "  big, partition 0, offset 30: ");
            assertThat(ended.err().lines())
                    .hasSize(run == 0 ? 2 : 0)
                    .allMatch(line -> line.startsWith("sidetrack: big, partition 0, offset "));
        }
        assertThat(Set.copyOf(values("big-backfill"))).hasSize(48);
        assertThat(values("big-backfill")).hasSize(48);
    }

    @Test
    void openTransactionsDelayNothingAndAreNamed() {
        FIXTURE.topics().create("held", 1, Map.of());
        FIXTURE.topics().createLane("held-backfill", 1);
        FIXTURE.topics().send(List.of(record("held", 0, null, "k", "before")));
        replay("--topic", "held", "--id", "first").assertDone();
        Duration tenMinutes = Duration.ofMinutes(10);
        try (Transactions upstream = new Transactions(FIXTURE.broker(), "upstream-held", tenMinutes);
                Transactions killed =
                        new Transactions(FIXTURE.broker(), "sidetrack-replay-journal~second", tenMinutes)) {
            upstream.begin("held", 1, 1);
            FIXTURE.topics().send(List.of(record("held", 0, null, "k", "behind")));
            // What a run that was killed leaves.
            killed.begin(new ProducerRecord<>("sidetrack-journal", 0, bytes("copy/second/0"), bytes("{}")));

            OperatorFixture.Ended ended =
                    replay("--topic", "held", "--id", "second").assertDone();
            assertThat(ended.out()).contains("replayed 1 of 1 records of held");
            assertThat(ended.err())
                    .contains(
                            "partition 0 of held ends at offset 1, where a transaction is open; the 2 offsets from there");
        }
    }

    @Test
    void targetThatLosesOldRecordsIsRefused() {
        FIXTURE.topics().create("aged", 1, Map.of());
        replay("--topic", "aged").assertRefused(2, "there is no lane aged-backfill");
        FIXTURE.topics().create("aged-backfill", 1, Map.of());
        replay("--topic", "aged").assertRefused(2, "--to-topic=aged-backfill: has message.timestamp.type=CreateTime");
        replay("--topic", "aged-backfill").assertRefused(2, "there is no lane aged-backfill-backfill");
        FIXTURE.topics().createLane("stamped", 1);
        FIXTURE.run(Map.of("ROUTER_SOURCE_TOPIC", "stamped"), "replay", "--topic", "aged", "--to-topic", "stamped")
                .assertRefused(2, "--to-topic=stamped: is the shared topic");
        FIXTURE.topics().createLane("old-lane", 1);
        replay("--topic", "stamped", "--to-topic", "old-lane")
                .assertRefused(2, "--trust-headers=auto: topic stamped has message.timestamp.type=LogAppendTime");
        replay("--topic", "stamped", "--to-topic", "old-lane", "--trust-headers", "false")
                .assertDone();
        FIXTURE.run(Map.of("ROUTER_LIVE_TOPIC", "stamped"), "replay", "--topic", "stamped", "--to-topic", "old-lane")
                .assertDone();
    }
}
