package io.sidetrack.router;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import io.sidetrack.common.settings.EnvironmentSettings;
import io.sidetrack.common.settings.StartupException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.streams.StreamsConfig;

/**
 * The router's settings.
 *
 * @param sourceTopic the shared topic
 * @param liveTopic the live lane
 * @param backfillTopic the backfill lane
 * @param backfillHeader what marks a record as part of a backfill
 * @param processingGuarantee of Kafka Streams
 * @param applicationId the consumer group, and the prefix of transactional ids
 * @param allowShortRetention whether a lane may delete old records
 * @param shutdownTimeout how long a stop may take
 * @param httpPort of health and metrics; 0 for any
 * @param unknown variables that look like settings and are none
 */
record RouterSettings(
        String sourceTopic,
        String liveTopic,
        String backfillTopic,
        String backfillHeader,
        String processingGuarantee,
        String applicationId,
        boolean allowShortRetention,
        Duration shutdownTimeout,
        int httpPort,
        List<String> unknown) {

    static final String PREFIX = "ROUTER_";
    static final String SOURCE_TOPIC = "ROUTER_SOURCE_TOPIC";
    static final String LIVE_TOPIC = "ROUTER_LIVE_TOPIC";
    static final String BACKFILL_TOPIC = "ROUTER_BACKFILL_TOPIC";
    static final String BACKFILL_HEADER = "ROUTER_BACKFILL_HEADER";
    static final String PROCESSING_GUARANTEE = "ROUTER_PROCESSING_GUARANTEE";
    static final String APPLICATION_ID = "ROUTER_APPLICATION_ID";
    static final String ALLOW_SHORT_RETENTION = "ROUTER_ALLOW_SHORT_RETENTION";
    static final String SHUTDOWN_TIMEOUT_MS = "ROUTER_SHUTDOWN_TIMEOUT_MS";
    static final String HTTP_PORT = "ROUTER_HTTP_PORT";

    /** Every setting, in the order of the README's table. */
    static ConfigDef definition() {
        return new ConfigDef()
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
                        "The backfill lane's topic. Not set: the source's name and `-backfill`.")
                .define(
                        BACKFILL_HEADER,
                        STRING,
                        "x-backfill",
                        HIGH,
                        "The header that marks a record as part of a backfill. Its value may name the backfill; `false`"
                                + " or `0` makes the record live.")
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
                        ALLOW_SHORT_RETENTION,
                        BOOLEAN,
                        false,
                        LOW,
                        "Start even if a lane topic would delete old records before they are written.")
                .define(
                        SHUTDOWN_TIMEOUT_MS,
                        INT,
                        25_000,
                        between(100, 600_000),
                        LOW,
                        "How long a stop may take, in ms; if it takes longer the exit code is 1.")
                .define(
                        HTTP_PORT,
                        INT,
                        8080,
                        between(0, 65_535),
                        MEDIUM,
                        "The port of `/livez`, `/readyz` and `/metrics`; 0 for any free one, which is logged.");
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
                orElse(values.text(LIVE_TOPIC), source + "-live"),
                orElse(values.text(BACKFILL_TOPIC), source + "-backfill"),
                values.text(BACKFILL_HEADER),
                values.text(PROCESSING_GUARANTEE),
                orElse(values.text(APPLICATION_ID), "sidetrack-router-" + source),
                values.flag(ALLOW_SHORT_RETENTION),
                Duration.ofMillis(values.number(SHUTDOWN_TIMEOUT_MS)),
                values.number(HTTP_PORT),
                values.unknown());
        requireOther(LIVE_TOPIC, settings.liveTopic, source, "the source itself, so every record would come back");
        requireOther(
                BACKFILL_TOPIC, settings.backfillTopic, source, "the source itself, so every record would come back");
        requireOther(BACKFILL_TOPIC, settings.backfillTopic, settings.liveTopic, "the live lane as well");
        return settings;
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
