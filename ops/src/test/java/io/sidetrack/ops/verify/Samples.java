package io.sidetrack.ops.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.settings.EnvironmentSettings;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.ItemKey;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.settings.GuardSettings;
import io.sidetrack.ops.verify.RecordEntries.Known;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Records, entries and items of a table with the partition key {@code id}. */
final class Samples {
    static final TableSchema SCHEMA = new TableSchema("t", new KeyAttribute("id", KeyType.S, 2048), Optional.empty());
    static final TableKeys KEYS = new TableKeys(SCHEMA);
    static final Instant NOW = Instant.parse("2026-05-01T00:00:00Z");

    private Samples() {}

    static GuardSettings guard(String... variables) {
        Map<String, String> environment = new HashMap<>();
        for (int i = 0; i < variables.length; i += 2) {
            environment.put(variables[i], variables[i + 1]);
        }
        return GuardSettings.read(
                EnvironmentSettings.read(GuardSettings.define(new ConfigDef()), "WRITER_", environment));
    }

    static RecordEntries entries(GuardSettings guard) {
        return new RecordEntries(
                guard,
                SCHEMA,
                KeySource.VALUE,
                KafkaKeyFormat.AUTO,
                EmptyIndexKeys.REJECT,
                100,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }

    /** A record with this timestamp; a tombstone if the value is null. */
    static SourceRecord record(int partition, long offset, long timestampMs, String key, String value) {
        return new SourceRecord(
                "lane",
                partition,
                offset,
                timestampMs,
                key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8),
                List.<RecordHeader>of());
    }

    /** The entries of a record: one, or none if it is rejected. */
    static List<Entry> entry(RecordEntries entries, SourceRecord record, Entry.Phase phase) {
        return entry(entries, record, phase, Known.ALL);
    }

    static List<Entry> entry(RecordEntries entries, SourceRecord record, Entry.Phase phase, Known known) {
        List<Entry> found = new ArrayList<>();
        entries.map(record, record.partition(), phase, known, new RecordEntries.Cases() {
            @Override
            public void entry(Entry entry) {
                found.add(entry);
            }

            @Override
            public void rejected(Rejection rejection) {
                // No entry.
            }
        });
        return found;
    }

    /** An item with a key, an attribute {@code n}, and further attributes. */
    static Map<String, AttributeValue> item(String id, int n, Map<String, AttributeValue> more) {
        Map<String, AttributeValue> item = new HashMap<>(more);
        item.put("id", AttributeValue.fromS(id));
        item.put("n", AttributeValue.fromN(Integer.toString(n)));
        return item;
    }

    /** The attributes of a version. */
    static Map<String, AttributeValue> version(long number, long tie) {
        return Map.of(
                "sidetrack_version", AttributeValue.fromN(Long.toString(number)),
                "sidetrack_version_tie", AttributeValue.fromN(Long.toString(tie)));
    }

    /** A marker. */
    static Map<String, AttributeValue> marker(String id, long number, long tie) {
        Map<String, AttributeValue> item = new HashMap<>(version(number, tie));
        item.put("id", AttributeValue.fromS(id));
        item.put("sidetrack_version_deleted", AttributeValue.fromBool(true));
        item.put("sidetrack_expires", AttributeValue.fromN("1777777777"));
        return item;
    }

    static ItemKey key(String id) {
        return new ItemKey(id, "");
    }
}
