package io.sidetrack.mapping.item;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonParser;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.record.DynamoDbJson;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.IndexEntries;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Reason;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SecondaryIndex;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Write;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Compares every path through the mapper of one table on the same bytes. Counts the results, so that a test can check that
 * it has covered both kinds.
 */
final class MapperPaths {
    /** Reasons why a put is rejected, but not a delete by the same bytes: all concern fields other than the key. */
    private static final Set<Reason> OF_OTHER_FIELDS = EnumSet.of(
            Reason.BAD_ATTRIBUTE_NAME,
            Reason.NUMBER_OUT_OF_RANGE,
            Reason.BROKEN_TEXT,
            Reason.TOO_DEEP,
            Reason.ITEM_TOO_LARGE,
            Reason.INDEX_KEY_EMPTY,
            Reason.INDEX_KEY_WRONG_TYPE,
            Reason.INDEX_KEY_TOO_LONG);

    /** Content that must not follow a value. */
    private static final List<String> LEFTOVERS = List.of(
            "\u00e9",
            "\ufeff",
            "\u00a0",
            "\ud83d\ude00",
            "\0",
            "\u000b",
            "}",
            ",",
            "{}",
            "0",
            "\ufeff{\"id\":\"b\"}",
            "/**/");

    private static final KeyAttribute ID = new KeyAttribute("id", KeyType.S, 2048);
    private static final TableSchema SORTED =
            new TableSchema("t", ID, Optional.of(new KeyAttribute("\u00e4t", KeyType.N, 1024)));

    /** A table with indexes: one with several attributes in its key, one of bytes, and one whose sort key is the table's key. */
    private static final TableSchema INDEXED = new TableSchema(
            "t",
            ID,
            Optional.empty(),
            List.of(
                    new SecondaryIndex("by-city", List.of("c\u00ef", "n"), Optional.empty()),
                    new SecondaryIndex("by-raw", List.of("raw"), Optional.of(List.of("x", "f1"))),
                    new SecondaryIndex("by-version", List.of("v", "id"), Optional.of(List.of()))),
            List.of(
                    new KeyAttribute("c\u00ef", KeyType.S, 2048, Optional.of("by-city")),
                    new KeyAttribute("n", KeyType.N, 1024, Optional.of("by-city")),
                    new KeyAttribute("raw", KeyType.B, 2048, Optional.of("by-raw")),
                    new KeyAttribute("v", KeyType.N, 2048, Optional.of("by-version")),
                    new KeyAttribute("id", KeyType.S, 1024, Optional.of("by-version"))));

    private static final VersionStamp STAMP = new VersionStamp(
            source -> BigDecimal.valueOf(source.timestampMs()),
            Lane.LIVE,
            "v",
            Optional.empty(),
            Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

    private final TableSchema schema;
    private final Optional<VersionStamp> stamp;
    private final EmptyIndexKeys emptyIndexKeys;
    private final FastItemEncoder.Names names;
    private final ItemMapper byValue;
    private final ItemMapper byJsonKey;
    private final StrictJson json = new StrictJson();
    private int fast;
    private int accepted;
    private int rejected;

    MapperPaths(TableSchema schema, boolean isStamped) {
        this(schema, isStamped, EmptyIndexKeys.REJECT);
    }

    private MapperPaths(TableSchema schema, boolean isStamped, EmptyIndexKeys emptyIndexKeys) {
        this.schema = schema;
        this.emptyIndexKeys = emptyIndexKeys;
        this.stamp = isStamped ? Optional.of(STAMP) : Optional.empty();
        this.names = FastItemEncoder.Names.of(schema, reserved());
        this.byValue = new ItemMapper(schema, KeySource.VALUE, KafkaKeyFormat.JSON, emptyIndexKeys, stamp);
        this.byJsonKey = new ItemMapper(schema, KeySource.KAFKA_KEY, KafkaKeyFormat.JSON, emptyIndexKeys, stamp);
    }

    /** Returns the paths of a table with a sort key whose name is not ASCII, and with versions. */
    static MapperPaths sorted() {
        return new MapperPaths(SORTED, true);
    }

    static List<MapperPaths> all() {
        TableSchema text = new TableSchema("t", ID, Optional.empty());
        TableSchema texts = new TableSchema(
                "t", new KeyAttribute("pk", KeyType.S, 2048), Optional.of(new KeyAttribute("sk", KeyType.S, 1024)));
        TableSchema number = new TableSchema("t", new KeyAttribute("id", KeyType.N, 2048), Optional.empty());
        TableSchema binary = new TableSchema("t", new KeyAttribute("id", KeyType.B, 2048), Optional.empty());
        return List.of(
                new MapperPaths(text, false),
                new MapperPaths(text, true),
                new MapperPaths(SORTED, false),
                new MapperPaths(SORTED, true),
                new MapperPaths(texts, false),
                new MapperPaths(number, true),
                new MapperPaths(binary, false),
                new MapperPaths(INDEXED, false),
                new MapperPaths(INDEXED, true),
                new MapperPaths(INDEXED, true, EmptyIndexKeys.DROP));
    }

    TableSchema schema() {
        return schema;
    }

    Set<String> reserved() {
        return stamp.map(VersionStamp::attributes).orElse(Set.of());
    }

    int fast() {
        return fast;
    }

    int accepted() {
        return accepted;
    }

    int rejected() {
        return rejected;
    }

    /** Fails if two paths have different results. */
    void compare(byte[] value) throws IOException {
        MappingResult strict = strict(record(null, value));
        requireFastIsStrict(value);
        requireSame(byValue.map(record(null, value)), strict);
        if (strict instanceof MappingResult.Accepted good) {
            accepted++;
            requireOneObject(good.write().json());
            requireSame(byJsonKey.map(record(value, value)), strict);
            requireAllIsRead(value);
            requireSame(byValue.map(typed(good.write().json())), strict);
            requireSame(byJsonKey.map(typed(value, good.write().json())), strict);
        } else {
            rejected++;
        }
        compareDelete(value, strict);
    }

    /** No path ignores content after the object. */
    private void requireAllIsRead(byte[] value) {
        String leftover = LEFTOVERS.get((accepted + value.length) % LEFTOVERS.size());
        byte[] more = new Mutation(Mutation.Kind.APPEND, 0, leftover.getBytes(UTF_8), 0).of(value);
        for (MappingResult result : List.of(
                byValue.map(record(null, more)),
                byJsonKey.map(record(value, more)),
                byJsonKey.map(record(more, value)),
                byValue.map(record(more, null)))) {
            assertThat(result).as("followed by " + leftover).isInstanceOf(MappingResult.Rejected.class);
        }
    }

    /** A value that can be put is also a valid JSON key of a tombstone, and identifies the same item. */
    private void compareDelete(byte[] key, MappingResult put) {
        MappingResult delete = byValue.map(record(key, null));
        if (put instanceof MappingResult.Accepted good) {
            assertThat(delete).isInstanceOf(MappingResult.Accepted.class);
            assertThat(((MappingResult.Accepted) delete).write().key())
                    .isEqualTo(good.write().key());
        } else if (delete instanceof MappingResult.Accepted) {
            assertThat(((MappingResult.Rejected) put).rejection().reason()).isIn(OF_OTHER_FIELDS);
        }
    }

    private void requireFastIsStrict(byte[] value) {
        try {
            Utf8.require(value, "the value");
        } catch (RejectedException e) {
            return;
        }
        FastItemEncoder item = new FastItemEncoder(value, schema, names);
        if (!item.encode() || item.bytes() > ItemMapper.MAX_ITEM_BYTES) {
            return;
        }
        fast++;
        try {
            Write strict = byValue.strictPut(record(null, value), value, false).write();
            assertThat(new String(item.json(), UTF_8)).isEqualTo(new String(strict.json(), UTF_8));
            assertThat(item.bytes()).isEqualTo(strict.itemBytes());
            assertThat(item.key()).isEqualTo(strict.key());
        } catch (RejectedException e) {
            throw new AssertionError("the fast path accepts what the strict one rejects: " + e.rejection(), e);
        }
    }

    /** Maps a record like {@link ItemMapper#map}, but without the fast path. */
    private MappingResult strict(SourceRecord source) {
        try {
            Utf8.require(source.value(), "the value");
            Write write = byValue.completed(byValue.strictPut(source, source.value(), false));
            return write.itemBytes() > ItemMapper.MAX_ITEM_BYTES
                    ? new MappingResult.Rejected(source, new Rejection(Reason.ITEM_TOO_LARGE, ""))
                    : new MappingResult.Accepted(write);
        } catch (RejectedException e) {
            return new MappingResult.Rejected(source, e.rejection());
        }
    }

    private void requireSame(MappingResult actual, MappingResult expected) {
        assertThat(actual).hasSameClassAs(expected);
        if (actual instanceof MappingResult.Accepted some && expected instanceof MappingResult.Accepted other) {
            assertThat(new String(some.write().json(), UTF_8))
                    .isEqualTo(new String(other.write().json(), UTF_8));
            assertThat(some.write().itemBytes()).isEqualTo(other.write().itemBytes());
            assertThat(some.write().writeUnits()).isEqualTo(other.write().writeUnits());
            assertThat(some.write().key()).isEqualTo(other.write().key());
            assertThat(some.write().entries()).isEqualTo(other.write().entries());
            requireEntriesOf(some.write());
            assertThat(some.write().version()).isEqualTo(other.write().version());
        } else {
            assertThat(((MappingResult.Rejected) actual).rejection().reason())
                    .isEqualTo(((MappingResult.Rejected) expected).rejection().reason());
        }
    }

    /** The entries are those of the attributes that the item really has. */
    private void requireEntriesOf(Write write) {
        Set<String> names = new HashSet<>();
        ItemJson.Spans spans = ItemJson.spans(write.json());
        for (int i = 0; i < spans.count(); i++) {
            // Names of index keys need no escaping, so names that are escaped differ from them.
            names.add(new String(write.json(), spans.nameStart(i), spans.nameEnd(i) - spans.nameStart(i), UTF_8));
        }
        long indexes = 0;
        for (int i = 0; i < schema.indexes().size(); i++) {
            indexes |= names.containsAll(schema.indexes().get(i).keys()) ? IndexEntries.bit(i) : 0;
        }
        assertThat(write.entries().indexes()).isEqualTo(indexes);
        assertThat(write.entries().writeUnits()).isGreaterThanOrEqualTo(Long.bitCount(indexes));
    }

    /** The item is a single JSON text without duplicate names. */
    private void requireOneObject(byte[] item) throws IOException {
        try (JsonParser in = json.parser(item)) {
            in.nextToken();
            in.skipChildren();
            assertThat(in.nextToken()).isNull();
            assertThat(in.currentLocation().getCharOffset()).isEqualTo(new String(item, UTF_8).length());
        }
    }

    /** An item in DynamoDB's JSON is mapped to itself, and its own attributes do not depend on those of the writer. */
    private static SourceRecord typed(byte[] item) {
        return typed(null, item);
    }

    private static SourceRecord typed(byte[] key, byte[] item) {
        return new SourceRecord(
                "lane", 0, 7, 5_000, key, item, List.of(new RecordHeader(DynamoDbJson.HEADER, DynamoDbJson.value())));
    }

    private static SourceRecord record(byte[] key, byte[] value) {
        return new SourceRecord("lane", 0, 7, 5_000, key, value, List.of());
    }

    @Override
    public String toString() {
        return schema + (stamp.isPresent() ? ", with versions, " : ", ") + emptyIndexKeys;
    }
}
