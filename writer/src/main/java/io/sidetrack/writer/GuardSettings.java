package io.sidetrack.writer;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.settings.EnvironmentSettings;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.writer.buffer.BufferLimits;
import io.sidetrack.writer.item.FieldVersion;
import io.sidetrack.writer.item.FutureLimit;
import io.sidetrack.writer.item.TimestampVersion;
import io.sidetrack.writer.item.VersionSource;
import io.sidetrack.writer.item.VersionStamp;
import io.sidetrack.writer.model.KeyAttribute;
import io.sidetrack.writer.model.TableSchema;
import io.sidetrack.writer.table.CallLimits;
import io.sidetrack.writer.table.Table;
import io.sidetrack.writer.table.TableCalls;
import io.sidetrack.writer.table.TableConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The settings that say which of two writes of a key stays.
 *
 * @param mode what happens to an item that is there already
 * @param lane which lane's records these are
 * @param versions where a record's version comes from
 * @param maxFuture how far in the future a version may be that is a time
 * @param versionAttribute where an item keeps it; empty if it keeps none
 * @param marker what a delete leaves behind; empty for nothing
 */
record GuardSettings(
        WriteMode mode,
        Lane lane,
        VersionSource versions,
        Duration maxFuture,
        Optional<String> versionAttribute,
        Optional<VersionStamp.Marker> marker) {

    static final String MODE = "WRITER_MODE";
    static final String LANE = "WRITER_LANE";
    static final String VERSION = "WRITER_VERSION";
    static final String MAX_FUTURE_VERSION_MS = "WRITER_MAX_FUTURE_VERSION_MS";
    static final String VERSION_ATTRIBUTE = "WRITER_VERSION_ATTRIBUTE";
    static final String TOMBSTONE_TTL = "WRITER_TOMBSTONE_TTL";
    static final String TTL_ATTRIBUTE = "WRITER_TOMBSTONE_TTL_ATTRIBUTE";

    private static final int MAX_CONNECTIONS = 2000;
    private static final String TIMESTAMP = "timestamp";
    private static final String DEFAULT_ATTRIBUTE = "sidetrack_version";
    private static final long DEFAULT_TTL_SECONDS = Duration.ofDays(30).toSeconds();
    /** What needs no escaping in JSON or in an expression; and DynamoDB's longest attribute name that an index can use. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,240}");

    static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        MODE,
                        STRING,
                        WriteMode.OVERWRITE.code(),
                        in(WriteMode.codes()),
                        HIGH,
                        "What happens to an item that is there already: `overwrite`, `keep-existing` (insert only), or"
                                + " `newest-wins` (overwritten unless it is newer). With `keep-existing` on the backfill lane"
                                + " and `overwrite` on the live lane, set `WRITER_TOMBSTONE_TTL` on the live lane, or the"
                                + " backfill brings deleted items back.")
                .define(
                        LANE,
                        STRING,
                        Lane.LIVE.code(),
                        in(Lane.LIVE.code(), Lane.BACKFILL.code()),
                        HIGH,
                        "Which lane this writer serves, `live` or `backfill`. Of two records of the same version the live"
                                + " lane's wins.")
                .define(
                        VERSION,
                        STRING,
                        TIMESTAMP,
                        MEDIUM,
                        "How new a record is: its original `timestamp`, or a JSON pointer into the value, such as"
                                + " `/updatedAt`, to a number or an ISO-8601 instant.")
                .define(
                        MAX_FUTURE_VERSION_MS,
                        LONG,
                        3_600_000,
                        atLeast(0),
                        MEDIUM,
                        "How far in the future of this machine's clock a version may be that is a timestamp or an instant, in"
                                + " ms; a record beyond that is a dead letter. A version that is a plain number has no limit.")
                .define(
                        VERSION_ATTRIBUTE,
                        STRING,
                        null,
                        MEDIUM,
                        "The attribute in which an item keeps its version; another, with `_tie` behind its name, decides"
                                + " between two of the same. Not set: `" + DEFAULT_ATTRIBUTE
                                + "` in `newest-wins` or with `WRITER_TOMBSTONE_TTL`, otherwise none.")
                .define(
                        TOMBSTONE_TTL,
                        LONG,
                        0,
                        atLeast(0),
                        MEDIUM,
                        "How long a deleted item's marker stays, in seconds; longer than the longest backfill. With"
                                + " `overwrite`, a marker keeps a `keep-existing` backfill from bringing the item back. 0: "
                                + DEFAULT_TTL_SECONDS + " in `newest-wins`, otherwise no markers.")
                .define(
                        TTL_ATTRIBUTE,
                        STRING,
                        "sidetrack_expires",
                        MEDIUM,
                        "The table's time-to-live attribute, which a marker needs to go away.");
    }

    /** @throws StartupException naming what is invalid or contradictory */
    static GuardSettings read(EnvironmentSettings values) {
        WriteMode mode = WriteMode.of(values.text(MODE));
        boolean needed = mode == WriteMode.NEWEST_WINS || values.longNumber(TOMBSTONE_TTL) > 0;
        Optional<String> attribute = Optional.ofNullable(values.text(VERSION_ATTRIBUTE))
                .or(() -> needed ? Optional.of(DEFAULT_ATTRIBUTE) : Optional.empty());
        attribute.ifPresent(name -> requirePlain(VERSION_ATTRIBUTE, name));
        return new GuardSettings(
                mode,
                Lane.valueOf(values.text(LANE).toUpperCase(Locale.ROOT)),
                versions(values.text(VERSION)),
                Duration.ofMillis(values.longNumber(MAX_FUTURE_VERSION_MS)),
                attribute,
                marker(values, mode, attribute));
    }

    private static VersionSource versions(String text) {
        if (text.equals(TIMESTAMP)) {
            return new TimestampVersion();
        }
        // Jackson takes whatever begins with a slash.
        if (text.startsWith("/")) {
            return new FieldVersion(JsonPointer.compile(text));
        }
        throw notAVersion(text);
    }

    private static StartupException notAVersion(String text) {
        return new StartupException(
                VERSION + "=" + text,
                "neither `" + TIMESTAMP + "` nor a JSON pointer",
                "Set it to a pointer such as /updatedAt, or remove it.");
    }

    private static Optional<VersionStamp.Marker> marker(
            EnvironmentSettings values, WriteMode mode, Optional<String> versionAttribute) {
        long set = values.longNumber(TOMBSTONE_TTL);
        if (set == 0 && mode != WriteMode.NEWEST_WINS) {
            return Optional.empty();
        }
        long seconds = set == 0 ? DEFAULT_TTL_SECONDS : set;
        if (mode == WriteMode.KEEP_EXISTING) {
            throw new StartupException(
                    TOMBSTONE_TTL + "=" + seconds,
                    "a writer that keeps what exists deletes nothing, and so leaves no markers",
                    "Remove it, or set it at the writer of the live lane.");
        }
        String attribute = values.text(TTL_ATTRIBUTE);
        requirePlain(TTL_ATTRIBUTE, attribute);
        if (VersionStamp.attributes(versionAttribute.orElseThrow()).contains(attribute)) {
            throw new StartupException(
                    TTL_ATTRIBUTE + "=" + attribute,
                    "the writer keeps something else in this attribute",
                    "Set it to the table's time-to-live attribute.");
        }
        return Optional.of(new VersionStamp.Marker(Duration.ofSeconds(seconds), attribute));
    }

    private static void requirePlain(String setting, String name) {
        if (!PLAIN_NAME.matcher(name).matches()) {
            throw new StartupException(
                    setting + "=" + name,
                    "not of up to 240 letters, digits, '_', '-' and '.'",
                    "Choose another attribute name.");
        }
    }

    /** What this mode allows that may surprise, and the setting that prevents it, in one line; empty if there is nothing. */
    Optional<String> risk() {
        return mode == WriteMode.KEEP_EXISTING
                ? Optional.of(
                        ("in this mode an item that live traffic has deleted can come back: an insert succeeds where nothing is"
                                        + " left. To prevent that, set %s (such as %d) on the live lane's writer, which then leaves"
                                        + " markers")
                                .formatted(TOMBSTONE_TTL, DEFAULT_TTL_SECONDS))
                : Optional.empty();
    }

    /**
     * What to add to items.
     *
     * @throws StartupException if an attribute of the writer's is part of the table's key
     */
    Optional<VersionStamp> stamp(TableSchema schema, Clock clock) {
        for (KeyAttribute key : schema.keyAttributes()) {
            versionAttribute.ifPresent(name -> requireNotStamped(name, key));
            marker.ifPresent(some -> requireOther(TTL_ATTRIBUTE, some.attribute(), key));
        }
        VersionSource limited = versions.within(new FutureLimit(clock, maxFuture));
        return versionAttribute.map(name -> new VersionStamp(limited, lane, name, marker, clock));
    }

    /** The limits of the calls to the table. A batch that is put item by item is as many calls as it has items. */
    CallLimits callLimits(Duration requestTimeout, int batchesInFlight) {
        if (mode == WriteMode.OVERWRITE) {
            return new CallLimits(requestTimeout, batchesInFlight, batchesInFlight);
        }
        int calls = batchesInFlight * BufferLimits.MAX_BATCH_SIZE;
        return new CallLimits(requestTimeout, Math.max(batchesInFlight, Math.min(calls, MAX_CONNECTIONS)), calls);
    }

    /**
     * Checks the table's time to live, if items have a version.
     *
     * @throws StartupException if DynamoDB would delete items by their version
     */
    void checkTimeToLive(TableConnection connection, TableSchema schema) {
        versionAttribute.ifPresent(name -> connection.checkTimeToLive(schema, name, marker));
    }

    /** The table as this mode writes it. */
    Table table(TableCalls calls) {
        return switch (mode) {
            case OVERWRITE -> calls.overwriting();
            case KEEP_EXISTING -> calls.keepingExisting();
            case NEWEST_WINS -> calls.newestWinning(versionAttribute.orElseThrow());
        };
    }

    /** A key attribute that the stamp replaces would be lost, or be in the item twice. */
    private static void requireNotStamped(String name, KeyAttribute key) {
        requireOther(VERSION_ATTRIBUTE, name, key);
        if (VersionStamp.attributes(name).contains(key.name())) {
            throw new StartupException(
                    VERSION_ATTRIBUTE + "=" + name,
                    "the writer would use " + key.name() + ", a key attribute of the table, together with it",
                    "Choose another attribute name.");
        }
    }

    private static void requireOther(String setting, String name, KeyAttribute key) {
        if (key.name().equals(name)) {
            throw new StartupException(
                    setting + "=" + name, "this is a key attribute of the table", "Choose another attribute name.");
        }
    }
}
