package io.sidetrack.writer;

import io.sidetrack.common.log.ProblemLog;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.mapping.item.FieldVersion;
import io.sidetrack.mapping.item.FutureLimit;
import io.sidetrack.mapping.item.ItemMapper;
import io.sidetrack.mapping.item.TimestampVersion;
import io.sidetrack.mapping.item.VersionSource;
import io.sidetrack.mapping.item.VersionStamp;
import io.sidetrack.mapping.model.KeyAttribute;
import io.sidetrack.mapping.model.KeyType;
import io.sidetrack.mapping.model.TableSchema;
import io.sidetrack.mapping.settings.GuardSettings;
import io.sidetrack.mapping.settings.WriteMode;
import io.sidetrack.writer.buffer.BufferLimits;
import io.sidetrack.writer.settings.WriterSettings;
import io.sidetrack.writer.table.CallLimits;
import io.sidetrack.writer.table.RequestEvents;
import io.sidetrack.writer.table.Table;
import io.sidetrack.writer.table.TableCalls;
import io.sidetrack.writer.table.TableConnection;
import java.time.Clock;
import java.util.Optional;

/** The table that the writer writes: connected, described, and checked against the settings. */
final class TargetTable implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 2000;

    private final WriterSettings settings;
    private final TableConnection connection;
    private final TableSchema schema;
    private final Optional<VersionStamp> stamp;

    private TargetTable(
            WriterSettings settings, TableConnection connection, TableSchema schema, Optional<VersionStamp> stamp) {
        this.settings = settings;
        this.connection = connection;
        this.schema = schema;
        this.stamp = stamp;
    }

    /**
     * Connects to the table.
     *
     * @throws StartupException if the table cannot be described or written, or does not fit the settings
     */
    static TargetTable open(WriterSettings settings) {
        GuardSettings guard = settings.guard();
        TableConnection connection = TableConnection.open(callLimits(settings));
        try {
            TableSchema schema = connection.describe(settings.table(), guard.mode() == WriteMode.NEWEST_WINS);
            guard.versionAttribute()
                    .ifPresent(attribute -> connection.checkTimeToLive(schema, attribute, guard.marker()));
            return new TargetTable(settings, connection, schema, stamp(guard, schema, Clock.systemUTC()));
        } catch (RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    /** The limits of the calls to the table. A batch whose items are put one by one needs a call for each item. */
    static CallLimits callLimits(WriterSettings settings) {
        int batches = settings.maxInFlight();
        if (settings.guard().mode() == WriteMode.OVERWRITE) {
            return new CallLimits(settings.requestTimeout(), batches, batches);
        }
        int calls = batches * BufferLimits.MAX_BATCH_SIZE;
        return new CallLimits(settings.requestTimeout(), Math.max(batches, Math.min(calls, MAX_CONNECTIONS)), calls);
    }

    /**
     * The attributes that the writer adds to items; empty for none.
     *
     * @throws StartupException if one of them is part of the table's key
     */
    static Optional<VersionStamp> stamp(GuardSettings guard, TableSchema schema, Clock clock) {
        for (KeyAttribute key : schema.keyAttributes()) {
            guard.versionAttribute().ifPresent(name -> requireNotStamped(name, key));
            guard.marker().ifPresent(marker -> requireOther(GuardSettings.TTL_ATTRIBUTE, marker.attribute(), key));
        }
        for (KeyAttribute key : schema.indexKeys()) {
            guard.versionAttribute()
                    .ifPresent(
                            name -> requireIndexable(name, key, guard.marker().isPresent()));
            guard.marker()
                    .filter(marker -> marker.attribute().equals(key.name()) && key.type() != KeyType.N)
                    .ifPresent(marker -> {
                        throw notIndexable(GuardSettings.TTL_ATTRIBUTE, marker.attribute(), key);
                    });
        }
        VersionSource source =
                guard.versionField().<VersionSource>map(FieldVersion::new).orElseGet(TimestampVersion::new);
        VersionSource limited = source.within(new FutureLimit(clock, guard.maxFuture()));
        return guard.versionAttribute()
                .map(name -> new VersionStamp(limited, guard.lane(), name, guard.marker(), clock));
    }

    /** A key attribute that is also a version attribute would be overwritten, or appear twice in the item. */
    private static void requireNotStamped(String name, KeyAttribute key) {
        requireOther(GuardSettings.VERSION_ATTRIBUTE, name, key);
        if (VersionStamp.attributes(name).contains(key.name())) {
            throw new StartupException(
                    GuardSettings.VERSION_ATTRIBUTE + "=" + name,
                    "the writer would also use " + key.name() + ", a key attribute of the table",
                    "Choose another attribute name.");
        }
    }

    private static void requireOther(String setting, String name, KeyAttribute key) {
        if (key.name().equals(name)) {
            throw new StartupException(
                    setting + "=" + name, "this is a key attribute of the table", "Choose another attribute name.");
        }
    }

    /** The version and its tie are numbers, and the attribute of a marker is a boolean, which no index key can be. */
    private static void requireIndexable(String name, KeyAttribute key, boolean leavesMarkers) {
        boolean isNumber = key.name().equals(name) || key.name().equals(VersionStamp.tieAttribute(name));
        boolean isMark = leavesMarkers && key.name().equals(VersionStamp.deletedAttribute(name));
        if ((isNumber && key.type() != KeyType.N) || isMark) {
            throw notIndexable(GuardSettings.VERSION_ATTRIBUTE, name, key);
        }
    }

    private static StartupException notIndexable(String setting, String name, KeyAttribute key) {
        return new StartupException(
                setting + "=" + name,
                "the writer would set %s, a key of index %s of type %s, to a value of another type"
                        .formatted(key.name(), key.index().orElse("?"), key.type()),
                "Choose another attribute name.");
    }

    TableSchema schema() {
        return schema;
    }

    /** Maps the lane's records to writes to this table. */
    ItemMapper mapper() {
        return new ItemMapper(
                schema, settings.keySource(), settings.kafkaKeyFormat(), settings.emptyIndexKeys(), stamp);
    }

    /** The table as the write mode writes to it. */
    Table table(RequestEvents events, ProblemLog problems) {
        TableCalls calls = connection.calls(schema, events, problems, System::nanoTime);
        GuardSettings guard = settings.guard();
        return switch (guard.mode()) {
            case OVERWRITE -> calls.overwriting();
            case KEEP_EXISTING -> calls.keepingExisting();
            case NEWEST_WINS -> calls.newestWinning(guard.versionAttribute().orElseThrow());
        };
    }

    @Override
    public void close() {
        connection.close();
    }
}
