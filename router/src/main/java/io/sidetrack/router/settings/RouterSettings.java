package io.sidetrack.router.settings;

import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.common.control.StartupExemption;
import io.sidetrack.common.http.HttpSettings;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.settings.EnvironmentSettings;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.router.placement.PartitionBy;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The router's settings, validated.
 *
 * @param topics the topics that it reads and writes
 * @param reducesDeadLetters whether a dead letter that its topic rejects is reduced; false stops the router
 * @param cut where a takeover's cut is recorded, and what is required of it
 * @param rules which records are part of a backfill
 * @param partitionBy what determines a record's partition within its lane
 * @param processingGuarantee of Kafka Streams
 * @param applicationId the consumer group, and the prefix of transactional ids
 * @param statusTopic the topic to which counts of named backfills are published
 * @param trustsHeaders whether the source is another Sidetrack's lane, so that its headers are kept
 * @param allowsShortRetention whether a lane may delete old records
 * @param pollBytes how many bytes one thread may have read and not processed; 0 for a share of the heap
 * @param shutdownTimeout how long a shutdown may take
 * @param http where health and metrics are served
 * @param unknown variables that have the settings' prefix but are not settings
 */
public record RouterSettings(
        TopicNames topics,
        boolean reducesDeadLetters,
        CutSettings cut,
        RuleSettings rules,
        PartitionBy partitionBy,
        String processingGuarantee,
        String applicationId,
        String statusTopic,
        boolean trustsHeaders,
        boolean allowsShortRetention,
        long pollBytes,
        Duration shutdownTimeout,
        HttpSettings http,
        List<String> unknown) {

    static final String PREFIX = "ROUTER_";
    public static final String SOURCE_TOPIC = "ROUTER_SOURCE_TOPIC";
    public static final String LIVE_TOPIC = "ROUTER_LIVE_TOPIC";
    public static final String BACKFILL_TOPIC = "ROUTER_BACKFILL_TOPIC";
    public static final String PARKED_TOPIC = "ROUTER_PARKED_TOPIC";
    public static final String DEAD_LETTER_TOPIC = "ROUTER_DEAD_LETTER_TOPIC";
    public static final String DEAD_LETTER_REJECTED = "ROUTER_DEAD_LETTER_REJECTED";
    public static final String PARTITION_BY = "ROUTER_PARTITION_BY";
    public static final String CONTROL_TOPIC = "ROUTER_CONTROL_TOPIC";
    public static final String EXPECT_CUT = "ROUTER_EXPECT_CUT";
    public static final String ALLOW_INVALID_CUT = "ROUTER_ALLOW_INVALID_CUT";
    public static final String ALLOW_FOREIGN_CUT = "ROUTER_ALLOW_FOREIGN_CUT";
    static final String ALLOW_UNREADABLE_CONTROL_TOPIC = "ROUTER_ALLOW_UNREADABLE_CONTROL_TOPIC";
    static final String BACKFILL_HEADER = "ROUTER_BACKFILL_HEADER";
    static final String BACKFILL_OLDER_THAN_MS = "ROUTER_BACKFILL_OLDER_THAN_MS";
    static final String BACKFILL_BEFORE = "ROUTER_BACKFILL_BEFORE";
    static final String BACKFILL_KEYS = "ROUTER_BACKFILL_KEYS";
    static final String BACKFILL_KEY_PREFIXES = "ROUTER_BACKFILL_KEY_PREFIXES";
    static final String BACKFILL_KEY_RATE = "ROUTER_BACKFILL_KEY_RATE";
    static final String BACKFILL_KEY_RATE_WINDOW_MS = "ROUTER_BACKFILL_KEY_RATE_WINDOW_MS";
    public static final String PROCESSING_GUARANTEE = "ROUTER_PROCESSING_GUARANTEE";
    public static final String APPLICATION_ID = "ROUTER_APPLICATION_ID";
    static final String STATUS_TOPIC = "ROUTER_STATUS_TOPIC";
    static final String TRUST_HEADERS = "ROUTER_TRUST_HEADERS";
    public static final String ALLOW_SHORT_RETENTION = "ROUTER_ALLOW_SHORT_RETENTION";
    static final String POLL_BYTES = "ROUTER_POLL_BYTES";
    static final String SHUTDOWN_TIMEOUT_MS = "ROUTER_SHUTDOWN_TIMEOUT_MS";

    private static final String BY_HEADER = "header:";
    private static final String BY_VALUE = "value:";

    /**
     * Reads and validates the settings of an environment.
     *
     * @throws StartupException naming what is missing, invalid or contradictory
     */
    public static RouterSettings read(Map<String, String> environment) {
        EnvironmentSettings values = EnvironmentSettings.read(SettingsDefinition.create(), PREFIX, environment);
        TopicNames topics = topics(values);
        return new RouterSettings(
                topics,
                values.text(DEAD_LETTER_REJECTED).equals(SettingsDefinition.REDUCE),
                cut(values),
                rules(values),
                partitionBy(values.text(PARTITION_BY)),
                values.text(PROCESSING_GUARANTEE),
                orElse(values.text(APPLICATION_ID), DefaultNames.routerGroup(topics.source())),
                values.text(STATUS_TOPIC),
                values.flag(TRUST_HEADERS),
                values.flag(ALLOW_SHORT_RETENTION),
                values.longNumber(POLL_BYTES),
                Duration.ofMillis(values.number(SHUTDOWN_TIMEOUT_MS)),
                HttpSettings.read(values, PREFIX),
                values.unknown());
    }

    /** True if records reach their lanes in transactions. */
    public boolean isExactlyOnce() {
        return processingGuarantee.equals(StreamsConfig.EXACTLY_ONCE_V2);
    }

    private static TopicNames topics(EnvironmentSettings values) {
        String source = values.text(SOURCE_TOPIC);
        String backfill = orElse(values.text(BACKFILL_TOPIC), DefaultNames.backfillTopic(source));
        TopicNames topics = new TopicNames(
                source,
                orElse(values.text(LIVE_TOPIC), DefaultNames.liveTopic(source)),
                backfill,
                orElse(values.text(PARKED_TOPIC), DefaultNames.parkedTopic(backfill)),
                orElse(values.text(DEAD_LETTER_TOPIC), DefaultNames.deadLetterTopic(source)));
        String loop = "the source itself, so the router would read every record again";
        requireOther(LIVE_TOPIC, topics.live(), source, loop);
        requireOther(BACKFILL_TOPIC, topics.backfill(), source, loop);
        requireOther(PARKED_TOPIC, topics.parked(), source, loop);
        requireOther(PARKED_TOPIC, topics.parked(), topics.live(), "the live lane as well");
        requireOther(PARKED_TOPIC, topics.parked(), topics.backfill(), "the backfill lane as well");
        requireOther(DEAD_LETTER_TOPIC, topics.deadLetters(), source, loop);
        requireOther(DEAD_LETTER_TOPIC, topics.deadLetters(), topics.live(), "the live lane as well");
        requireOther(DEAD_LETTER_TOPIC, topics.deadLetters(), topics.backfill(), "the backfill lane as well");
        requireOther(DEAD_LETTER_TOPIC, topics.deadLetters(), topics.parked(), "the topic for parked records as well");
        return topics;
    }

    private static CutSettings cut(EnvironmentSettings values) {
        return new CutSettings(
                values.text(CONTROL_TOPIC),
                values.flag(EXPECT_CUT),
                values.flag(ALLOW_INVALID_CUT),
                values.flag(ALLOW_FOREIGN_CUT),
                new StartupExemption(ALLOW_UNREADABLE_CONTROL_TOPIC, values.flag(ALLOW_UNREADABLE_CONTROL_TOPIC)));
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
        if (text.equals(SettingsDefinition.BY_KEY)) {
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
