package io.sidetrack.router;

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

import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.common.control.StartupExemption;
import io.sidetrack.common.http.HttpSettings;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.poll.PollLimit;
import io.sidetrack.common.settings.EnvironmentSettings;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.router.placement.PartitionBy;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The router's settings.
 *
 * @param sourceTopic the shared topic
 * @param liveTopic the live lane
 * @param backfillTopic the backfill lane
 * @param deadLetterTopic for records that no lane takes
 * @param reducesDeadLetters whether a dead letter that its topic rejects is reduced; false stops the router
 * @param controlTopic where a takeover's cut is recorded
 * @param expectCut whether the router may start only if it finds a cut
 * @param exemptions what of a cut need not be in order for a start
 * @param rules what makes a record part of a backfill
 * @param partitionBy what places a record within its lane
 * @param processingGuarantee of Kafka Streams
 * @param applicationId the consumer group, and the prefix of transactional ids
 * @param trustsHeaders whether the source is another Sidetrack's lane, so that its headers are kept
 * @param allowShortRetention whether a lane may delete old records
 * @param pollBytes bytes read by one thread before they are processed; 0 for a share of the heap
 * @param shutdownTimeout how long a stop may take
 * @param http where health and metrics are served
 * @param unknown variables that look like settings and are none
 */
record RouterSettings(
        String sourceTopic,
        String liveTopic,
        String backfillTopic,
        String deadLetterTopic,
        boolean reducesDeadLetters,
        String controlTopic,
        boolean expectCut,
        CutExemptions exemptions,
        RuleSettings rules,
        PartitionBy partitionBy,
        String processingGuarantee,
        String applicationId,
        boolean trustsHeaders,
        boolean allowShortRetention,
        long pollBytes,
        Duration shutdownTimeout,
        HttpSettings http,
        List<String> unknown) {

    static final String PREFIX = "ROUTER_";
    static final String SOURCE_TOPIC = "ROUTER_SOURCE_TOPIC";
    static final String LIVE_TOPIC = "ROUTER_LIVE_TOPIC";
    static final String BACKFILL_TOPIC = "ROUTER_BACKFILL_TOPIC";
    static final String DEAD_LETTER_TOPIC = "ROUTER_DEAD_LETTER_TOPIC";
    static final String DEAD_LETTER_REJECTED = "ROUTER_DEAD_LETTER_REJECTED";
    static final String PARTITION_BY = "ROUTER_PARTITION_BY";
    static final String CONTROL_TOPIC = "ROUTER_CONTROL_TOPIC";
    static final String EXPECT_CUT = "ROUTER_EXPECT_CUT";
    static final String ALLOW_INVALID_CUT = "ROUTER_ALLOW_INVALID_CUT";
    static final String ALLOW_FOREIGN_CUT = "ROUTER_ALLOW_FOREIGN_CUT";
    static final String ALLOW_UNREADABLE_CONTROL_TOPIC = "ROUTER_ALLOW_UNREADABLE_CONTROL_TOPIC";
    static final String BACKFILL_HEADER = "ROUTER_BACKFILL_HEADER";
    static final String BACKFILL_OLDER_THAN_MS = "ROUTER_BACKFILL_OLDER_THAN_MS";
    static final String BACKFILL_BEFORE = "ROUTER_BACKFILL_BEFORE";
    static final String BACKFILL_KEYS = "ROUTER_BACKFILL_KEYS";
    static final String BACKFILL_KEY_PREFIXES = "ROUTER_BACKFILL_KEY_PREFIXES";
    static final String BACKFILL_KEY_RATE = "ROUTER_BACKFILL_KEY_RATE";
    static final String BACKFILL_KEY_RATE_WINDOW_MS = "ROUTER_BACKFILL_KEY_RATE_WINDOW_MS";
    static final String PROCESSING_GUARANTEE = "ROUTER_PROCESSING_GUARANTEE";
    static final String APPLICATION_ID = "ROUTER_APPLICATION_ID";
    static final String TRUST_HEADERS = "ROUTER_TRUST_HEADERS";
    static final String ALLOW_SHORT_RETENTION = "ROUTER_ALLOW_SHORT_RETENTION";
    static final String POLL_BYTES = "ROUTER_POLL_BYTES";
    static final String SHUTDOWN_TIMEOUT_MS = "ROUTER_SHUTDOWN_TIMEOUT_MS";

    private static final String REDUCE = "reduce";
    private static final String STOP = "stop";
    private static final String BY_KEY = "key";
    private static final String BY_HEADER = "header:";
    private static final String BY_VALUE = "value:";

    /** Every setting, in the order of the table in {@code docs/settings.md}. */
    static ConfigDef definition() {
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
                        "The live lane's topic. Not set: the source's name and `-live`.")
                .define(
                        BACKFILL_TOPIC,
                        STRING,
                        null,
                        HIGH,
                        "The backfill lane's topic. Not set: the source's name and `-backfill`. The live lane's topic makes the"
                                + " router a plain repartitioner.")
                .define(
                        DEAD_LETTER_TOPIC,
                        STRING,
                        null,
                        HIGH,
                        "The topic for records that their lane would not take. Not set: the source's name and"
                                + " `-dead-letters`.")
                .define(
                        DEAD_LETTER_REJECTED,
                        STRING,
                        REDUCE,
                        in(REDUCE, STOP),
                        MEDIUM,
                        "What happens to a dead letter that its topic does not accept whole: `reduce` writes as much of it as"
                                + " the topic accepts, `stop` ends the router with exit code 1.")
                .define(
                        PARTITION_BY,
                        STRING,
                        BY_KEY,
                        MEDIUM,
                        "What places a record within its lane: `key`, as producers do; `header:NAME`, the last header of"
                                + " that name; or `value:/POINTER`, a part of a JSON value. A record that has no such"
                                + " header or part is placed by its key, and one without a key anywhere.")
                .define(
                        BACKFILL_HEADER,
                        STRING,
                        "x-backfill",
                        HIGH,
                        "The header that marks a record as part of a backfill. Its value may name the backfill; `false`"
                                + " or `0` makes the record live.")
                .define(
                        BACKFILL_OLDER_THAN_MS,
                        LONG,
                        0,
                        atLeast(0),
                        HIGH,
                        "A record that is older than this when it arrives is a backfill, in ms. 0: no record is.")
                .define(
                        BACKFILL_BEFORE,
                        STRING,
                        null,
                        HIGH,
                        "A record from before this instant is a backfill, such as `2026-05-01T00:00:00Z`.")
                .define(
                        BACKFILL_KEYS,
                        LIST,
                        "",
                        MEDIUM,
                        "Keys whose records are a backfill, as text, with commas between.")
                .define(
                        BACKFILL_KEY_PREFIXES,
                        LIST,
                        "",
                        MEDIUM,
                        "What the keys of a backfill begin with, as text, with commas between: a tenant that imports.")
                .define(
                        BACKFILL_KEY_RATE,
                        DOUBLE,
                        0,
                        atLeast(0),
                        MEDIUM,
                        "If a key comes more often than this a second, by its records' timestamps, its records are a"
                                + " backfill until it calms down. 0: no key is.")
                .define(
                        BACKFILL_KEY_RATE_WINDOW_MS,
                        INT,
                        10_000,
                        between(100, 3_600_000),
                        LOW,
                        "How long a key may come more often than `ROUTER_BACKFILL_KEY_RATE`, in ms.")
                .define(
                        PROCESSING_GUARANTEE,
                        STRING,
                        StreamsConfig.EXACTLY_ONCE_V2,
                        in(StreamsConfig.EXACTLY_ONCE_V2, StreamsConfig.AT_LEAST_ONCE),
                        MEDIUM,
                        "Whether a record can be on its lane twice after a crash. With `exactly_once_v2` it cannot, for"
                                + " consumers that read committed records only, as the writer does.")
                .define(
                        APPLICATION_ID,
                        STRING,
                        null,
                        MEDIUM,
                        "The consumer group, and the prefix of the transactional ids. Not set: `sidetrack-router-` and the"
                                + " source's name.")
                .define(
                        CONTROL_TOPIC,
                        STRING,
                        DefaultNames.CONTROL_TOPIC,
                        LOW,
                        "The topic in which `sidetrack adopt` has recorded where the backlog ended, if it did. It need not"
                                + " exist, but the router must be allowed to read it.")
                .define(
                        EXPECT_CUT,
                        BOOLEAN,
                        false,
                        MEDIUM,
                        "Start only if `sidetrack adopt` has recorded where the backlog ended. Set it after a takeover, and"
                                + " remove it after `sidetrack release`: a router that did not find the cut would put the"
                                + " backlog on the live lane.")
                .define(
                        TRUST_HEADERS,
                        BOOLEAN,
                        false,
                        LOW,
                        "Keep `sidetrack-timestamp` and `sidetrack-attempt` of the source's records: only if nobody but another"
                                + " Sidetrack writes the source. Otherwise they are a producer's, and are dropped.")
                .define(
                        ALLOW_INVALID_CUT,
                        BOOLEAN,
                        false,
                        LOW,
                        "Start even if the last record of a cut in the control topic is not valid; the valid one before it"
                                + " counts, if there is one.")
                .define(
                        ALLOW_FOREIGN_CUT,
                        BOOLEAN,
                        false,
                        LOW,
                        "Start even if the cut is of another topic than the source; it is ignored.")
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
                        "How long a stop may take, in ms; if it takes longer the exit code is 1.");
        return HttpSettings.define(own, PREFIX);
    }

    /**
     * Reads the environment.
     *
     * @throws StartupException naming what is missing, invalid or contradictory
     */
    static RouterSettings read(Map<String, String> environment) {
        EnvironmentSettings values = EnvironmentSettings.read(definition(), PREFIX, environment);
        String source = values.text(SOURCE_TOPIC);
        RouterSettings settings = new RouterSettings(
                source,
                orElse(values.text(LIVE_TOPIC), DefaultNames.liveTopic(source)),
                orElse(values.text(BACKFILL_TOPIC), DefaultNames.backfillTopic(source)),
                orElse(values.text(DEAD_LETTER_TOPIC), DefaultNames.deadLetterTopic(source)),
                values.text(DEAD_LETTER_REJECTED).equals(REDUCE),
                values.text(CONTROL_TOPIC),
                values.flag(EXPECT_CUT),
                new CutExemptions(
                        values.flag(ALLOW_INVALID_CUT),
                        values.flag(ALLOW_FOREIGN_CUT),
                        new StartupExemption(
                                ALLOW_UNREADABLE_CONTROL_TOPIC, values.flag(ALLOW_UNREADABLE_CONTROL_TOPIC))),
                rules(values),
                partitionBy(values.text(PARTITION_BY)),
                values.text(PROCESSING_GUARANTEE),
                orElse(values.text(APPLICATION_ID), DefaultNames.routerGroup(source)),
                values.flag(TRUST_HEADERS),
                values.flag(ALLOW_SHORT_RETENTION),
                values.longNumber(POLL_BYTES),
                Duration.ofMillis(values.number(SHUTDOWN_TIMEOUT_MS)),
                HttpSettings.read(values, PREFIX),
                values.unknown());
        requireOther(LIVE_TOPIC, settings.liveTopic, source, "the source itself, so every record would come back");
        requireOther(
                BACKFILL_TOPIC, settings.backfillTopic, source, "the source itself, so every record would come back");
        requireOther(
                DEAD_LETTER_TOPIC,
                settings.deadLetterTopic,
                source,
                "the source itself, so every record would come back");
        requireOther(DEAD_LETTER_TOPIC, settings.deadLetterTopic, settings.liveTopic, "the live lane as well");
        requireOther(DEAD_LETTER_TOPIC, settings.deadLetterTopic, settings.backfillTopic, "the backfill lane as well");
        return settings;
    }

    /** Whether records are put on their lanes in transactions. */
    boolean isExactlyOnce() {
        return processingGuarantee.equals(StreamsConfig.EXACTLY_ONCE_V2);
    }

    /** Whether both lanes are one topic. */
    boolean isRepartitioner() {
        return liveTopic.equals(backfillTopic);
    }

    private static RuleSettings rules(EnvironmentSettings values) {
        long olderThanMs = values.longNumber(BACKFILL_OLDER_THAN_MS);
        return new RuleSettings(
                values.text(BACKFILL_HEADER),
                olderThanMs == 0 ? Optional.empty() : Optional.of(Duration.ofMillis(olderThanMs)),
                instant(values.text(BACKFILL_BEFORE)),
                values.list(BACKFILL_KEYS),
                values.list(BACKFILL_KEY_PREFIXES),
                values.decimal(BACKFILL_KEY_RATE),
                Duration.ofMillis(values.number(BACKFILL_KEY_RATE_WINDOW_MS)));
    }

    private static PartitionBy partitionBy(String text) {
        if (text.equals(BY_KEY)) {
            return new PartitionBy.Key();
        }
        if (text.startsWith(BY_HEADER) && text.length() > BY_HEADER.length()) {
            return new PartitionBy.ByHeader(text.substring(BY_HEADER.length()));
        }
        if (text.startsWith(BY_VALUE + "/")) {
            return new PartitionBy.ByValue(JsonPointer.compile(text.substring(BY_VALUE.length())));
        }
        throw new StartupException(
                PARTITION_BY + "=" + text, "not valid", "Set it to key, header:NAME or value:/POINTER.");
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.ofNullable(text).map(Instant::parse);
        } catch (DateTimeParseException e) {
            throw new StartupException(
                    BACKFILL_BEFORE + "=" + text,
                    "not an instant",
                    "Write date, time and zone, such as 2026-05-01T00:00:00Z.",
                    e);
        }
    }

    private static void requireOther(String setting, String topic, String other, String problem) {
        if (topic.equals(other)) {
            throw new StartupException(setting + "=" + topic, "this is " + problem, "Set it to another topic.");
        }
    }

    private static String orElse(String value, String fallback) {
        return value == null ? fallback : value;
    }
}
