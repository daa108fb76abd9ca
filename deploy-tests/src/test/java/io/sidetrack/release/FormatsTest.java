package io.sidetrack.release;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sidetrack.common.control.ControlFormat;
import io.sidetrack.common.control.Cut;
import io.sidetrack.common.control.DeadLetterReplay;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.Steering;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.DynamoDbJson;
import io.sidetrack.common.record.OriginalTimestamp;
import io.sidetrack.common.record.OwnHeaders;
import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.record.Reduction;
import io.sidetrack.common.record.ReplayOrigin;
import io.sidetrack.common.status.BackfillOutcome;
import io.sidetrack.common.status.StatusEntry;
import io.sidetrack.common.status.StatusFormat;
import io.sidetrack.common.status.StatusKey;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.mapping.item.ItemMapper;
import io.sidetrack.mapping.item.TimestampVersion;
import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.copy.CopyRun;
import io.sidetrack.ops.copy.CopyState;
import io.sidetrack.ops.copy.JournalFormat;
import io.sidetrack.ops.copy.PartitionProgress;
import io.sidetrack.ops.copy.Placement;
import io.sidetrack.ops.copy.Slice;
import io.sidetrack.ops.deadletter.DeadLetterFormat;
import io.sidetrack.router.placement.PartitionBy;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;

/**
 * Data that version 0.1.0 has written, read by this version, and data that this version writes, as 0.1.0 wrote it: in an update, both
 * versions run beside each other, and topics and tables outlive every version. If a test fails, the format has changed: keep
 * reading the former one, add the new one beside it, and describe in {@code docs/upgrading.md} what must stop first.
 */
class FormatsTest {
    private static final JsonNode DATA = data();
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    private static JsonNode data() {
        try (InputStream in = FormatsTest.class.getResourceAsStream("/formats/0.1.0.json")) {
            return new ObjectMapper().readTree(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Map<String, String> texts(String part) {
        return new TreeMap<>(
                new ObjectMapper().convertValue(DATA.get(part), new TypeReference<Map<String, String>>() {}));
    }

    @Test
    void cutOfATakeover() {
        Cut cut = new Cut(
                "orders",
                "orders-service",
                1777636800000L,
                new TreeMap<>(Map.of(0, 17L, 1, 0L, 11, 4_294_967_296L)),
                new TopicIdentity("5L6g3nShT-eMCtK--X86sw", "vtRhpmDPTyGKQ5nSjBMKdA"));
        String key = "cut/" + DefaultNames.routerGroup("orders");
        assertThat(ControlFormat.read(key, Cut.class, texts("control"))).contains(cut);
        assertThat(ControlFormat.write(cut)).isEqualTo(texts("control").get(key));
    }

    @Test
    void cutWithoutAnIdentityOfABuildBefore() {
        assertThat(ControlFormat.read("cut/sidetrack-router-old", Cut.class, texts("control")))
                .hasValueSatisfying(cut -> {
                    assertThat(cut.ends()).containsExactly(Map.entry(0, 5L));
                    assertThat(cut.isOf("old", new TopicIdentity("any", "other")))
                            .isTrue();
                });
    }

    @Test
    void speedAndPauseOfABackfill() {
        String key = "writer/" + DefaultNames.writerGroup("orders-backfill", "orders");
        Steering steering = new Steering(true, 500, 1777636800000L);
        assertThat(ControlFormat.read(key, Steering.class, texts("control"))).contains(steering);
        assertThat(ControlFormat.write(steering)).isEqualTo(texts("control").get(key));
    }

    /** Without it, a replay that is continued after an update would begin again. */
    @Test
    void journalOfACopy() {
        CopyRun run = new CopyRun(
                2,
                "from=-7d to=latest trust-headers=auto trusted=false",
                new Slice("orders", new TreeMap<>(Map.of(0, new OffsetRange(17, 4_294_967_296L)))),
                new TopicIdentity("5L6g3nShT-eMCtK--X86sw", "vtRhpmDPTyGKQ5nSjBMKdA"),
                "orders-backfill",
                new TopicIdentity("5L6g3nShT-eMCtK--X86sw", "k0hZxQbXR0qLKqgT8sWZpg"),
                48,
                null,
                1777636800000L,
                0);
        PartitionProgress progress = new PartitionProgress(
                2,
                42,
                25,
                20,
                1_000,
                1,
                new PartitionProgress.Landmark(18, -1),
                new PartitionProgress.Landmark(40, 1777636800000L),
                List.of(new PartitionProgress.Refusal(30, "too large")));
        CopyState state = new CopyState(run, new TreeMap<>(Map.of(0, progress)));
        assertThat(JournalFormat.read("some-id", texts("journal"))).contains(state);
        assertThat(JournalFormat.write("some-id", state)).isEqualTo(texts("journal"));

        Map<String, String> ofABuildBefore = new TreeMap<>(texts("journal"));
        ofABuildBefore.replaceAll((key, text) -> text.replace("\"targetPartitions\":48,", ""));
        assertThat(JournalFormat.read("some-id", ofABuildBefore))
                .hasValueSatisfying(
                        before -> assertThat(before.run().placedOver(7)).isEqualTo(7));
    }

    @Test
    void settingOfANamedBackfill() {
        String key = "backfill/" + DefaultNames.backfillTopic("orders") + "/orders-2019";
        NamedBackfill setting = NamedBackfill.paused(1)
                .after(Optional.of(NamedBackfill.cancelled(true, 1)))
                .resuming(Map.of(0, 7L, 11, 4_294_967_296L), Map.of(2, 9L), 1777636800000L)
                .withLane(new TopicIdentity("5L6g3nShT-eMCtK--X86sw", "k0hZxQbXR0qLKqgT8sWZpg"))
                .withSource(new TopicIdentity("5L6g3nShT-eMCtK--X86sw", "vtRhpmDPTyGKQ5nSjBMKdA"));
        assertThat(ControlFormat.read(key, NamedBackfill.class, texts("control")))
                .contains(setting);
        assertThat(ControlFormat.write(setting)).isEqualTo(texts("control").get(key));
        Map<String, String> ofABuildBefore = new TreeMap<>(texts("control"));
        ofABuildBefore.replaceAll((any, text) -> text.replace(",\"discardedBefore\":true", ""));
        assertThat(ControlFormat.read(key, NamedBackfill.class, ofABuildBefore))
                .hasValueSatisfying(
                        before -> assertThat(before.discardedBefore()).isFalse());
    }

    /** A version resumes what another one has parked. */
    @Test
    void parkedRecords() {
        String group = DefaultNames.writerGroup("orders-backfill", "orders");
        String reader = ParkedBy.reader(group, new TopicIdentity("5L6g3nShT-eMCtK--X86sw", "k0hZxQbXR0qLKqgT8sWZpg"));
        Headers ofRouter = headers(DATA.at("/parked/router"));
        assertThat(ParkedBy.of(ofRouter)).contains(ParkedBy.ROUTER);
        Headers ofWriter = headers(DATA.at("/parked/writer"));
        assertThat(ParkedBy.of(ofWriter)).contains(ParkedBy.WRITER);
        assertThat(ParkedBy.origin(ofWriter)).contains(new ParkedBy.Origin(4_294_967_296L, reader));
        Headers ofABuildBefore = headers(DATA.at("/parked/writerOfABuildBefore"));
        assertThat(ParkedBy.of(ofABuildBefore)).contains(ParkedBy.WRITER);
        assertThat(ParkedBy.origin(ofABuildBefore)).contains(new ParkedBy.Origin(7, group));
        Headers written = new RecordHeaders();
        ParkedBy.ROUTER.addTo(written);
        assertThat(written).isEqualTo(ofRouter);
        written = new RecordHeaders();
        ParkedBy.addWriter(written, 4_294_967_296L, reader);
        assertThat(written).isEqualTo(ofWriter);
    }

    /** The owner of a partition continues the counts of one of another version. */
    @Test
    void countsOfNamedBackfills() {
        StatusKey key = new StatusKey(
                StatusKey.WRITER, DefaultNames.writerGroup("orders-backfill", "orders"), "orders-backfill", 11);
        StatusEntry entry = new StatusEntry(
                "some-id/2",
                4_294_967_296L,
                true,
                1777636800000L,
                1777636860000L,
                3,
                new TreeMap<>(Map.of(
                        "orders-2019",
                        new StatusEntry.NameCounts(
                                1777636850000L,
                                new TreeMap<>(Map.of(BackfillOutcome.PARKED, 2L, BackfillOutcome.WRITTEN, 40L))))));
        Map<String, String> status = texts("status");
        assertThat(StatusFormat.key(status.get("key"))).contains(key);
        assertThat(StatusFormat.entry(status.get("entry"))).contains(entry);
        assertThat(StatusFormat.write(key)).isEqualTo(status.get("key"));
        assertThat(StatusFormat.write(entry)).isEqualTo(status.get("entry"));
        assertThat(Stream.of(BackfillOutcome.values()).map(Enum::name))
                .containsExactlyInAnyOrder(status.get("outcomes").split(",", -1));
    }

    @Test
    void settingOfANamedBackfillWithoutIdentitiesOfABuildBefore() {
        TopicIdentity any = new TopicIdentity("any", "other");
        assertThat(ControlFormat.read("backfill/orders-backfill/orders-2018", NamedBackfill.class, texts("control")))
                .hasValueSatisfying(setting -> {
                    assertThat(setting.onLane(any).writeFrom()).isEqualTo(Map.of(0, 7L, 11, 4_294_967_296L));
                    assertThat(setting.onSource(any).copiedTo()).isEqualTo(Map.of(2, 9L));
                });
    }

    @Test
    void replayOfDeadLetters() {
        String topic = DefaultNames.deadLetterTopic("orders-live");
        String key = "dead-letter-replay/" + topic + "/1777636800000";
        DeadLetterReplay replay = new DeadLetterReplay(
                        topic,
                        new TopicIdentity("5L6g3nShT-eMCtK--X86sw", "vtRhpmDPTyGKQ5nSjBMKdA"),
                        "alice@host",
                        1777636800000L,
                        new TreeMap<>(Map.of(0, 17L, 1, 0L)),
                        "--reason not-json",
                        null)
                .ended(new DeadLetterReplay.End(
                        1777636860000L, new TreeMap<>(Map.of(0, 42L, 1, 0L)), Map.of("orders-live", 12L), 1, 2, false));
        assertThat(ControlFormat.read(key, DeadLetterReplay.class, texts("control")))
                .contains(replay);
        assertThat(ControlFormat.write(replay)).isEqualTo(texts("control").get(key));
    }

    /** The header of an item in DynamoDB's JSON, on lanes and in dead letters. */
    @Test
    void itemInDynamoDbJson() {
        SourceRecord record = new SourceRecord(
                "orders-live",
                0,
                0,
                0,
                null,
                bytes("{\"id\":{\"S\":\"a\"},\"s\":{\"SS\":[\"x\"]}}"),
                List.of(new RecordHeader("content-type", bytes("application/x-amz-json"))));
        ItemMapper mapper = new ItemMapper(
                new TableSchema("orders", new KeyAttribute("id", KeyType.S, 2048, Optional.empty()), Optional.empty()),
                KeySource.VALUE,
                KafkaKeyFormat.AUTO,
                EmptyIndexKeys.REJECT,
                Optional.empty());
        MappingResult.Accepted accepted = (MappingResult.Accepted) mapper.map(record);
        assertThat(accepted.write().json()).isEqualTo(record.value());
        assertThat(DynamoDbJson.HEADER).isEqualTo("content-type");
        assertThat(DynamoDbJson.value()).isEqualTo(bytes("application/x-amz-json"));
    }

    /** An older service must be able to read what a newer tool has written. */
    @Test
    void fieldsThatALaterVersionAddsAreIgnored() {
        assertThat(ControlFormat.read(
                        "writer/g",
                        Steering.class,
                        Map.of("writer/g", "{\"paused\":false,\"writeUnits\":7,\"setAtMs\":1,\"later\":{\"a\":[1]}}")))
                .contains(new Steering(false, 7, 1));
    }

    @Test
    void namesOfTopicsAndGroups() {
        assertThat(new TreeMap<>(Map.of(
                        "live", DefaultNames.liveTopic("orders"),
                        "backfill", DefaultNames.backfillTopic("orders"),
                        "deadLetters", DefaultNames.deadLetterTopic("orders-live"),
                        "parked", DefaultNames.parkedTopic("orders-backfill"),
                        "control", DefaultNames.CONTROL_TOPIC,
                        "journal", DefaultNames.JOURNAL_TOPIC,
                        "status", DefaultNames.STATUS_TOPIC,
                        "router", DefaultNames.routerGroup("orders"),
                        "writer", DefaultNames.writerGroup("orders-live", "orders"),
                        "writerOfAnArn",
                                DefaultNames.writerGroup(
                                        "orders-live", "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"))))
                .isEqualTo(texts("names"));
    }

    /** A key that moved to another partition would lose its order. */
    @Test
    void partitionOfAKey() {
        texts("partitionsOf48").forEach((key, partition) -> {
            assertThat(PartitionBy.partition(key.getBytes(UTF_8), 48)).as(key).isEqualTo(Integer.parseInt(partition));
            assertThat(Placement.byKey(48).partition(new ConsumerRecord<>("orders", 0, 0, key.getBytes(UTF_8), null)))
                    .as(key)
                    .contains(Integer.parseInt(partition));
        });
        assertThat(texts("partitionsOf48")).hasSizeGreaterThan(4);
    }

    @Test
    void headersOnALane() {
        Headers headers = headers(DATA.at("/lane/headers"));
        assertThat(OriginalTimestamp.read(headers)).hasValue(-62135596800000L);
        assertThat(DeadLetterHeaders.attempts(headers)).isEqualTo(2);
        for (Header header : headers) {
            assertThat(OwnHeaders.isDropped(header.key(), false))
                    .as(header.key())
                    .isEqualTo(List.of("sidetrack-timestamp", "sidetrack-attempt", "sidetrack-replayed-from")
                            .contains(header.key()));
            assertThat(OwnHeaders.isDropped(header.key(), true))
                    .as(header.key())
                    .isFalse();
        }
        Headers written = new RecordHeaders();
        OriginalTimestamp.addIfAbsent(written, -62135596800000L);
        ReplayOrigin.add(written, "orders", 3, 1742);
        assertThat(written.toArray())
                .containsExactly(headers.lastHeader(OriginalTimestamp.HEADER), headers.lastHeader(ReplayOrigin.HEADER));
    }

    @Test
    void wholeDeadLetter() {
        ConsumerRecord<byte[], byte[]> record = deadLetter("whole");
        assertThat(DeadLetterFormat.read(record))
                .isEqualTo(
                        new DeadLetterFormat("not-json", "orders-live, partition 3, offset 4711", 1, Optional.empty()));
        ProducerRecord<byte[], byte[]> replayed = DeadLetterFormat.replayed(record, "orders-live");
        assertThat(list(replayed.headers())).isEqualTo(list(headers(DATA.at("/deadLetters/whole/replayed"))));
        assertThat(list(DeadLetterFormat.mark(record).headers()))
                .isEqualTo(list(headers(DATA.at("/deadLetters/whole/mark"))));
        Headers written = new RecordHeaders();
        DeadLetterHeaders.add(
                written, "io.sidetrack.Rejected", "not a JSON object", "orders-live", 3, 4711, "not-json");
        DeadLetterHeaders.put(written, DeadLetterHeaders.TABLE, "orders");
        assertThat(list(record.headers())).containsAll(list(written));
    }

    @Test
    void reducedDeadLetter() {
        ConsumerRecord<byte[], byte[]> record = deadLetter("reduced");
        Reduction reduction = Reduction.of("value,headers", bytes("a key"), bytes("a value"));
        assertThat(DeadLetterFormat.read(record).reduction()).contains(reduction);
        Headers written = new RecordHeaders();
        reduction.addTo(written);
        assertThat(list(record.headers())).containsAll(list(written));
    }

    /** Versions, ties and fingerprints decide which of two writes remains, so they must not depend on the program's version. */
    @Test
    void attributesOfItems() {
        SoftAssertions soft = new SoftAssertions();
        for (JsonNode expected : DATA.get("items")) {
            VersionStamp stamp = new VersionStamp(
                    new TimestampVersion(),
                    Lane.valueOf(expected.get("lane").asText()),
                    "sidetrack_version",
                    Optional.of(new VersionStamp.Marker(Duration.ofDays(30), "sidetrack_expires")),
                    Clock.fixed(NOW, ZoneOffset.UTC));
            ItemMapper mapper = new ItemMapper(
                    new TableSchema(
                            "orders", new KeyAttribute("id", KeyType.S, 2048, Optional.empty()), Optional.empty()),
                    KeySource.VALUE,
                    KafkaKeyFormat.AUTO,
                    EmptyIndexKeys.REJECT,
                    Optional.of(stamp));
            JsonNode value = expected.get("value");
            MappingResult result = mapper.map(new SourceRecord(
                    "orders-live",
                    0,
                    expected.get("offset").longValue(),
                    1777636800000L,
                    bytes("o-1"),
                    value.isNull() ? null : bytes(value.textValue()),
                    List.of(new RecordHeader(
                            OriginalTimestamp.HEADER,
                            bytes(expected.get("timestamp").asText())))));
            assertThat(result).isInstanceOfSatisfying(MappingResult.Accepted.class, accepted -> soft.assertThat(
                            new String(accepted.write().json(), UTF_8))
                    .isEqualTo(expected.get("item").textValue()));
        }
        soft.assertAll();
        assertThat(DATA.get("items")).hasSize(3);
    }

    private static ConsumerRecord<byte[], byte[]> deadLetter(String name) {
        byte[] key = bytes("a key");
        byte[] value = bytes("a value");
        return new ConsumerRecord<>(
                "orders-live-dead-letters",
                0,
                99,
                1777636800000L,
                TimestampType.LOG_APPEND_TIME,
                key.length,
                value.length,
                key,
                value,
                headers(DATA.at("/deadLetters/" + name + "/headers")),
                Optional.empty());
    }

    private static Headers headers(JsonNode list) {
        Headers headers = new RecordHeaders();
        for (JsonNode header : list) {
            headers.add(header.get(0).textValue(), bytes(header.get(1).textValue()));
        }
        assertThat(headers).isNotEmpty();
        return headers;
    }

    private static List<String> list(Headers headers) {
        List<String> list = new ArrayList<>();
        headers.forEach(header -> list.add(header.key() + "=" + new String(header.value(), UTF_8)));
        return list;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
