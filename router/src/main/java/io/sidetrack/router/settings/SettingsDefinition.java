package io.sidetrack.router.settings;

import static io.sidetrack.router.settings.RouterSettings.ALLOW_FOREIGN_CUT;
import static io.sidetrack.router.settings.RouterSettings.ALLOW_INVALID_CUT;
import static io.sidetrack.router.settings.RouterSettings.ALLOW_SHORT_RETENTION;
import static io.sidetrack.router.settings.RouterSettings.ALLOW_UNREADABLE_CONTROL_TOPIC;
import static io.sidetrack.router.settings.RouterSettings.APPLICATION_ID;
import static io.sidetrack.router.settings.RouterSettings.BACKFILL_BEFORE;
import static io.sidetrack.router.settings.RouterSettings.BACKFILL_HEADER;
import static io.sidetrack.router.settings.RouterSettings.BACKFILL_KEYS;
import static io.sidetrack.router.settings.RouterSettings.BACKFILL_KEY_PREFIXES;
import static io.sidetrack.router.settings.RouterSettings.BACKFILL_KEY_RATE;
import static io.sidetrack.router.settings.RouterSettings.BACKFILL_KEY_RATE_WINDOW_MS;
import static io.sidetrack.router.settings.RouterSettings.BACKFILL_OLDER_THAN_MS;
import static io.sidetrack.router.settings.RouterSettings.BACKFILL_TOPIC;
import static io.sidetrack.router.settings.RouterSettings.CONTROL_TOPIC;
import static io.sidetrack.router.settings.RouterSettings.DEAD_LETTER_REJECTED;
import static io.sidetrack.router.settings.RouterSettings.DEAD_LETTER_TOPIC;
import static io.sidetrack.router.settings.RouterSettings.EXPECT_CUT;
import static io.sidetrack.router.settings.RouterSettings.LIVE_TOPIC;
import static io.sidetrack.router.settings.RouterSettings.PARKED_TOPIC;
import static io.sidetrack.router.settings.RouterSettings.PARTITION_BY;
import static io.sidetrack.router.settings.RouterSettings.POLL_BYTES;
import static io.sidetrack.router.settings.RouterSettings.PREFIX;
import static io.sidetrack.router.settings.RouterSettings.PROCESSING_GUARANTEE;
import static io.sidetrack.router.settings.RouterSettings.SHUTDOWN_TIMEOUT_MS;
import static io.sidetrack.router.settings.RouterSettings.SOURCE_TOPIC;
import static io.sidetrack.router.settings.RouterSettings.STATUS_TOPIC;
import static io.sidetrack.router.settings.RouterSettings.TRUST_HEADERS;
import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.DOUBLE;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LIST;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import io.sidetrack.common.http.HttpSettings;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.poll.PollLimit;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/** Every setting of the router: its type, default and range, and the sentence that docs/settings.md and error messages show. */
final class SettingsDefinition {
    static final String REDUCE = "reduce";
    static final String STOP = "stop";
    static final String BY_KEY = "key";

    private SettingsDefinition() {}

    /** Every setting, in the order of the table in {@code docs/settings.md}. */
    static ConfigDef create() {
        ConfigDef own = new ConfigDef()
                .define(
                        SOURCE_TOPIC,
                        STRING,
                        NO_DEFAULT_VALUE,
                        HIGH,
                        "The topic that live traffic and backfills share.")
                .define(
                        LIVE_TOPIC,
                        STRING,
                        null,
                        HIGH,
                        "The topic of the live lane. If not set, the source topic's name with `-live` appended.")
                .define(
                        BACKFILL_TOPIC,
                        STRING,
                        null,
                        HIGH,
                        "The topic of the backfill lane. If not set, the source topic's name with `-backfill`"
                                + " appended. If it equals the live lane's topic, the router only repartitions.")
                .define(
                        PARKED_TOPIC,
                        STRING,
                        null,
                        MEDIUM,
                        "The topic for records of named backfills that are paused or cancelled. If not set, the backfill"
                                + " lane's name with `-parked` appended. It need not exist unless a backfill is paused or"
                                + " cancelled by name.")
                .define(
                        DEAD_LETTER_TOPIC,
                        STRING,
                        null,
                        HIGH,
                        "The topic for records that their lane does not accept. If not set, the source topic's"
                                + " name with `-dead-letters` appended.")
                .define(
                        DEAD_LETTER_REJECTED,
                        STRING,
                        REDUCE,
                        in(REDUCE, STOP),
                        MEDIUM,
                        "What happens if the dead-letter topic does not accept a whole dead letter: `reduce`"
                                + " writes as much of it as the topic accepts, `stop` ends the router with exit code 1.")
                .define(
                        PARTITION_BY,
                        STRING,
                        BY_KEY,
                        MEDIUM,
                        "What determines a record's partition within its lane: `key`, as producers do;"
                                + " `header:NAME`, the last header of that name; or `value:/POINTER`, a part of a JSON"
                                + " value. A record without that header or part is partitioned by its key, and a record"
                                + " without a key can go to any partition.")
                .define(
                        BACKFILL_HEADER,
                        STRING,
                        DefaultNames.BACKFILL_HEADER,
                        HIGH,
                        "The header that marks a record as part of a backfill. Its value can name the backfill;"
                                + " `false` or `0` sends the record to the live lane.")
                .define(
                        BACKFILL_OLDER_THAN_MS,
                        LONG,
                        0,
                        atLeast(0),
                        HIGH,
                        "A record that is older than this on arrival, in ms, goes to the backfill lane. 0"
                                + " disables the rule.")
                .define(
                        BACKFILL_BEFORE,
                        STRING,
                        null,
                        HIGH,
                        "A record with a timestamp before this instant, such as `2026-05-01T00:00:00Z`, goes to"
                                + " the backfill lane. If not set, the rule is disabled.")
                .define(
                        BACKFILL_KEYS,
                        LIST,
                        "",
                        MEDIUM,
                        "Comma-separated keys, as text, whose records go to the backfill lane.")
                .define(
                        BACKFILL_KEY_PREFIXES,
                        LIST,
                        "",
                        MEDIUM,
                        "Comma-separated key prefixes, as text, whose records go to the backfill lane, such as"
                                + " the prefix of a tenant that imports data.")
                .define(
                        BACKFILL_KEY_RATE,
                        DOUBLE,
                        0,
                        atLeast(0),
                        MEDIUM,
                        "The rate of a key, in records per second by their timestamps, above which its records go"
                                + " to the backfill lane until the rate falls again. 0 disables the rule.")
                .define(
                        BACKFILL_KEY_RATE_WINDOW_MS,
                        INT,
                        10_000,
                        between(100, 3_600_000),
                        LOW,
                        "How long a key may exceed `ROUTER_BACKFILL_KEY_RATE`, in ms.")
                .define(
                        PROCESSING_GUARANTEE,
                        STRING,
                        StreamsConfig.EXACTLY_ONCE_V2,
                        in(StreamsConfig.EXACTLY_ONCE_V2, StreamsConfig.AT_LEAST_ONCE),
                        MEDIUM,
                        "Whether a crash can put a record on its lane twice. With `exactly_once_v2` it cannot,"
                                + " for consumers that read only committed records, as the writer does.")
                .define(
                        APPLICATION_ID,
                        STRING,
                        null,
                        MEDIUM,
                        "The consumer group, and the prefix of the transactional ids. If not set, `sidetrack-router-`"
                                + " followed by the source topic's name.")
                .define(
                        CONTROL_TOPIC,
                        STRING,
                        DefaultNames.CONTROL_TOPIC,
                        LOW,
                        "The topic in which `sidetrack adopt` records where the backlog ended, and `sidetrack backfill` which"
                                + " named backfills are paused or cancelled. It need not exist, but the router must be"
                                + " allowed to read it.")
                .define(
                        STATUS_TOPIC,
                        STRING,
                        DefaultNames.STATUS_TOPIC,
                        LOW,
                        "The topic to which the router publishes how many records of each named backfill it has routed, for"
                                + " `sidetrack progress`. If it does not exist or may not be used, the router does without it.")
                .define(
                        EXPECT_CUT,
                        BOOLEAN,
                        false,
                        MEDIUM,
                        "Start only if `sidetrack adopt` has recorded where the backlog ended. Set it after a"
                                + " takeover, and remove it after `sidetrack release`: a router that does not find the cut"
                                + " would put the backlog on the live lane.")
                .define(
                        TRUST_HEADERS,
                        BOOLEAN,
                        false,
                        LOW,
                        "Keep the headers `sidetrack-timestamp`, `sidetrack-attempt` and `sidetrack-replayed-from` of the"
                                + " source's records. Set it only if another Sidetrack is the only producer of the source. By default the"
                                + " router drops them, because any producer can set them.")
                .define(
                        ALLOW_INVALID_CUT,
                        BOOLEAN,
                        false,
                        LOW,
                        "Start even if the last record of a cut in the control topic is invalid. The valid record"
                                + " before it applies, if there is one.")
                .define(
                        ALLOW_FOREIGN_CUT,
                        BOOLEAN,
                        false,
                        LOW,
                        "Start even if the cut belongs to another topic than the source. The router ignores the"
                                + " cut.")
                .define(
                        ALLOW_UNREADABLE_CONTROL_TOPIC,
                        BOOLEAN,
                        false,
                        LOW,
                        "Start even if the router may not read the control topic, as if no cut were recorded.")
                .define(
                        ALLOW_SHORT_RETENTION,
                        BOOLEAN,
                        false,
                        LOW,
                        "Start even if a lane topic would delete old records before they are written.")
                .define(POLL_BYTES, LONG, 0, atLeast(0), LOW, PollLimit.SETTING)
                .define(
                        SHUTDOWN_TIMEOUT_MS,
                        INT,
                        25_000,
                        between(100, 600_000),
                        LOW,
                        "How long a shutdown may take, in ms. If it takes longer, the exit code is 1.");
        return HttpSettings.define(own, PREFIX);
    }
}
