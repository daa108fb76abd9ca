package io.sidetrack.ops.verify;

import io.sidetrack.mapping.item.FieldVersion;
import io.sidetrack.mapping.item.ItemMapper;
import io.sidetrack.mapping.item.TimestampVersion;
import io.sidetrack.mapping.item.VersionSource;
import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.model.MappingResult;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.model.Write;
import io.sidetrack.mapping.settings.GuardSettings;
import java.math.BigDecimal;
import java.time.Clock;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;

/** Turns records into entries with the writer's own mapping. Not thread-safe. */
final class RecordEntries {
    private final GuardSettings guard;
    private final ItemMapper mapper;
    private final Set<String> own;
    private final double samplePercent;
    private final ContentDigester digester = new ContentDigester();
    private final KeyHash hash = new KeyHash();
    private final WriteJson json = new WriteJson();

    /** What becomes of an entry, or of a record that has none. */
    interface Cases {
        /** The record puts or deletes an item. Not called for keys outside the sample. */
        void entry(Entry entry);

        /** The record cannot be written. */
        void rejected(Rejection rejection);
    }

    /**
     * How the version of a record is known.
     *
     * @param number whether the version itself is known
     * @param tie whether it is known what decides between equal versions
     */
    record Known(boolean number, boolean tie) {
        static final Known ALL = new Known(true, true);
    }

    /**
     * Entries for one table.
     *
     * @param samplePercent the percentage of keys to keep
     */
    RecordEntries(
            GuardSettings guard,
            TableSchema schema,
            KeySource keySource,
            KafkaKeyFormat keyFormat,
            EmptyIndexKeys emptyIndexKeys,
            double samplePercent,
            Clock clock) {
        this.guard = guard;
        this.own = ObservedItems.own(guard);
        this.samplePercent = samplePercent;
        this.mapper = new ItemMapper(schema, keySource, keyFormat, emptyIndexKeys, stamp(guard, clock));
    }

    /** Without a limit for versions in the future: the writer has rejected such a record or not, long ago. */
    private static Optional<VersionStamp> stamp(GuardSettings guard, Clock clock) {
        VersionSource versions =
                guard.versionField().<VersionSource>map(FieldVersion::new).orElseGet(TimestampVersion::new);
        return guard.versionAttribute()
                .map(name -> new VersionStamp(versions, guard.lane(), name, guard.marker(), clock));
    }

    /**
     * Maps a record.
     *
     * @param stream see {@link Entry}
     */
    void map(SourceRecord record, int stream, Entry.Phase phase, Known known, Cases cases) {
        mapper.map(record).match(new MappingResult.Cases() {
            @Override
            public void accepted(Write write) {
                long keyHash = hash.of(write.key());
                if (KeyHash.isInSample(keyHash, samplePercent)) {
                    cases.entry(entry(write, keyHash, stream, phase, known));
                }
            }

            @Override
            public void rejected(SourceRecord source, Rejection rejection) {
                cases.rejected(rejection);
            }
        });
    }

    /** Passes on the key of a record of another lane, which accounts for an item with that key. */
    void account(SourceRecord record, Consumer<Entry> to) {
        map(record, 0, Entry.Phase.LATER, Known.ALL, new Cases() {
            @Override
            public void entry(Entry entry) {
                to.accept(Entry.accounting(entry.key(), entry.hash()));
            }

            @Override
            public void rejected(Rejection rejection) {
                // It has no key.
            }
        });
    }

    private Entry entry(Write write, long keyHash, int stream, Entry.Phase phase, Known known) {
        SourceRecord source = write.source();
        boolean isDelete = source.value() == null;
        boolean hasNumber = guard.versionAttribute().isPresent() && known.number();
        return new Entry(
                isDelete ? Entry.Kind.DELETE : Entry.Kind.PUT,
                write.key(),
                keyHash,
                hasNumber ? Optional.of(write.version().number()) : Optional.<BigDecimal>empty(),
                hasNumber && known.tie() ? OptionalLong.of(write.version().tie()) : OptionalLong.empty(),
                stream,
                source.offset(),
                source.timestampMs(),
                phase,
                digester.of(
                        json.attributes(write.json()),
                        name -> isDelete ? ObservedItems.isOfMarker(guard, own, name) : own.contains(name)));
    }
}
