package io.sidetrack.mapping.settings;

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
import io.sidetrack.mapping.item.VersionStamp;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The settings that decide which of two writes of one key stays.
 *
 * @param mode what happens to an item that already exists
 * @param lane the lane that this writer serves
 * @param versionField the field of the value that holds a record's version; empty for the record's timestamp
 * @param maxFuture how far in the future a version that is a point in time may be
 * @param versionAttribute the attribute that holds an item's version; empty if items have none
 * @param marker the marker that replaces a deleted item; empty for none
 */
public record GuardSettings(
        WriteMode mode,
        Lane lane,
        Optional<JsonPointer> versionField,
        Duration maxFuture,
        Optional<String> versionAttribute,
        Optional<VersionStamp.Marker> marker) {

    public static final String MODE = "WRITER_MODE";
    public static final String LANE = "WRITER_LANE";
    public static final String VERSION = "WRITER_VERSION";
    public static final String MAX_FUTURE_VERSION_MS = "WRITER_MAX_FUTURE_VERSION_MS";
    public static final String VERSION_ATTRIBUTE = "WRITER_VERSION_ATTRIBUTE";
    public static final String TOMBSTONE_TTL = "WRITER_TOMBSTONE_TTL";
    public static final String TTL_ATTRIBUTE = "WRITER_TOMBSTONE_TTL_ATTRIBUTE";

    private static final String TIMESTAMP = "timestamp";
    private static final String DEFAULT_ATTRIBUTE = "sidetrack_version";
    private static final long DEFAULT_TTL_SECONDS = Duration.ofDays(30).toSeconds();
    /** Names that need no escaping in JSON or in an expression, up to the longest that DynamoDB allows in an index. */
    private static final Pattern PLAIN_NAME = Pattern.compile("[A-Za-z0-9_.-]{1,240}");

    /** Adds the definitions of these settings. */
    public static ConfigDef define(ConfigDef settings) {
        return settings.define(
                        MODE,
                        STRING,
                        WriteMode.OVERWRITE.code(),
                        in(WriteMode.codes()),
                        HIGH,
                        "What happens to an item that already exists: `overwrite`, `keep-existing` (insert only), or"
                                + " `newest-wins` (overwrite the item unless it is newer). With `keep-existing` on the"
                                + " backfill lane and `overwrite` on the live lane, set `WRITER_TOMBSTONE_TTL` on the live"
                                + " lane; otherwise, the backfill restores deleted items.")
                .define(
                        LANE,
                        STRING,
                        Lane.LIVE.code(),
                        in(Lane.LIVE.code(), Lane.BACKFILL.code()),
                        HIGH,
                        "The lane that this writer serves, `live` or `backfill`. Only writers of a backfill lane follow `sidetrack"
                                + " backfill`, and leave capacity to live traffic when the table throttles. Of two records with the"
                                + " same version, that of the live lane wins.")
                .define(
                        VERSION,
                        STRING,
                        TIMESTAMP,
                        MEDIUM,
                        "The version of a record: its original `timestamp`, or a JSON pointer such as `/updatedAt` to a"
                                + " number or an ISO-8601 instant in the value.")
                .define(
                        MAX_FUTURE_VERSION_MS,
                        LONG,
                        3_600_000,
                        atLeast(0),
                        MEDIUM,
                        "How far a version that is a timestamp or an instant may be ahead of this machine's clock, in ms. A"
                                + " record whose version is further ahead becomes a dead letter. A version that is a plain"
                                + " number has no limit.")
                .define(
                        VERSION_ATTRIBUTE,
                        STRING,
                        null,
                        MEDIUM,
                        "The attribute that holds an item's version. Further attributes have `_tie` (which decides between"
                                + " equal versions), `_shape` and `_deleted` appended to the name. Not set: `"
                                + DEFAULT_ATTRIBUTE
                                + "` in `newest-wins` or with `WRITER_TOMBSTONE_TTL`, otherwise none.")
                .define(
                        TOMBSTONE_TTL,
                        LONG,
                        0,
                        atLeast(0),
                        MEDIUM,
                        "How long the marker of a deleted item stays, in seconds; set it longer than the longest backfill."
                                + " With `overwrite`, markers prevent a `keep-existing` backfill from restoring deleted"
                                + " items. 0: "
                                + DEFAULT_TTL_SECONDS + " in `newest-wins`, otherwise no markers.")
                .define(
                        TTL_ATTRIBUTE,
                        STRING,
                        "sidetrack_expires",
                        MEDIUM,
                        "The table's time-to-live attribute, by which DynamoDB removes the markers.");
    }

    /**
     * Reads the values of these settings.
     *
     * @throws StartupException naming what is invalid or contradictory
     */
    public static GuardSettings read(EnvironmentSettings values) {
        WriteMode mode = WriteMode.of(values.text(MODE));
        boolean needed = mode == WriteMode.NEWEST_WINS || values.longNumber(TOMBSTONE_TTL) > 0;
        Optional<String> attribute = Optional.ofNullable(values.text(VERSION_ATTRIBUTE))
                .or(() -> needed ? Optional.of(DEFAULT_ATTRIBUTE) : Optional.empty());
        attribute.ifPresent(name -> requirePlain(VERSION_ATTRIBUTE, name));
        return new GuardSettings(
                mode,
                Lane.valueOf(values.text(LANE).toUpperCase(Locale.ROOT)),
                versionField(values.text(VERSION)),
                Duration.ofMillis(values.longNumber(MAX_FUTURE_VERSION_MS)),
                attribute,
                marker(values, mode, attribute));
    }

    private static Optional<JsonPointer> versionField(String text) {
        if (text.equals(TIMESTAMP)) {
            return Optional.empty();
        }
        // Jackson accepts everything that begins with a slash.
        if (text.startsWith("/")) {
            return Optional.of(JsonPointer.compile(text));
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
                    "a writer that keeps existing items deletes nothing, so it leaves no markers",
                    "Remove it, or set it for the writer of the live lane.");
        }
        String attribute = values.text(TTL_ATTRIBUTE);
        requirePlain(TTL_ATTRIBUTE, attribute);
        if (VersionStamp.attributes(versionAttribute.orElseThrow()).contains(attribute)) {
            throw new StartupException(
                    TTL_ATTRIBUTE + "=" + attribute,
                    "the writer uses this attribute for the version",
                    "Set it to the table's time-to-live attribute.");
        }
        return Optional.of(new VersionStamp.Marker(Duration.ofSeconds(seconds), attribute));
    }

    private static void requirePlain(String setting, String name) {
        if (!PLAIN_NAME.matcher(name).matches()) {
            throw new StartupException(
                    setting + "=" + name,
                    "not a name of 1 to 240 letters, digits, '_', '-' and '.'",
                    "Choose another attribute name.");
        }
    }

    /** One line on a surprising effect of this mode and the setting that prevents it; empty if there is none. */
    public Optional<String> risk() {
        return mode == WriteMode.KEEP_EXISTING
                ? Optional.of(
                        ("in this mode, a backfill can restore an item that live traffic has deleted, because nothing is left"
                                        + " that its insert could conflict with. To prevent that, set %s (for example to %d) for the"
                                        + " writer of the live lane, which then leaves markers")
                                .formatted(TOMBSTONE_TTL, DEFAULT_TTL_SECONDS))
                : Optional.empty();
    }
}
