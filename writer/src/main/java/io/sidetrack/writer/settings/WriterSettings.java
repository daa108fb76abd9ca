package io.sidetrack.writer.settings;

import static org.apache.kafka.common.config.ConfigDef.Importance.HIGH;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;
import static org.apache.kafka.common.config.ConfigDef.NO_DEFAULT_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Range.atLeast;
import static org.apache.kafka.common.config.ConfigDef.Range.between;
import static org.apache.kafka.common.config.ConfigDef.Type.BOOLEAN;
import static org.apache.kafka.common.config.ConfigDef.Type.INT;
import static org.apache.kafka.common.config.ConfigDef.Type.LONG;
import static org.apache.kafka.common.config.ConfigDef.Type.STRING;
import static org.apache.kafka.common.config.ConfigDef.ValidString.in;

import io.sidetrack.common.control.StartupExemption;
import io.sidetrack.common.http.HttpSettings;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.common.lane.Lane;
import io.sidetrack.common.poll.PollLimit;
import io.sidetrack.common.settings.EnvironmentSettings;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.mapping.model.EmptyIndexKeys;
import io.sidetrack.mapping.model.KafkaKeyFormat;
import io.sidetrack.mapping.model.KeySource;
import io.sidetrack.mapping.settings.GuardSettings;
import io.sidetrack.writer.buffer.BufferLimits;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The writer's settings.
 *
 * @param topic the lane topic to read
 * @param table the table to write, by name or ARN
 * @param deadLetterTopic the topic for records that cannot be written
 * @param parkedTopic the topic for records of paused and cancelled backfills
 * @param backfillHeader the header whose value names the backfill of a record
 * @param applicationId the consumer group
 * @param formerGroup the default group of earlier versions; empty if a group is set
 * @param batchSize the number of items in a full batch, 1 to 25
 * @param flushInterval the time that a record may wait for its batch to fill
 * @param maxInFlight the limit of batches in flight, over all threads
 * @param maxWriteUnits the limit of write units per second, over all threads; 0 for none
 * @param laneWriteUnits the limit of write units per second, over all instances of the group; 0 for none
 * @param controlTopic the topic in which operators control backfills
 * @param statusTopic the topic to which counts of named backfills are published
 * @param unreadableControlTopic whether the writer may start without permission to read that topic
 * @param bufferRecords the limit of records held by one thread; 0 for one derived from its batches in flight
 * @param bufferBytes the limit of bytes held by one thread
 * @param pollBytes the limit of bytes read ahead by one thread; 0 for a share of the heap
 * @param keySource where an item's key attributes come from
 * @param kafkaKeyFormat the format of Kafka keys
 * @param emptyIndexKeys what happens to a record with an empty key of a secondary index
 * @param trustHeaders whether the lane's `sidetrack-` headers are Sidetrack's own: `auto`, `true` or `false`
 * @param guard which of two writes of one key stays
 * @param maxRejectedPercent the share of rejected records among the last 1,000 above which the writer stops
 * @param requestTimeout the time limit of a call to DynamoDB
 * @param retryCap the longest delay between two attempts
 * @param drainTimeout the time that a commit may wait before it is postponed
 * @param shutdownTimeout the time limit of a shutdown
 * @param stallAlarm the time without progress after which a stall is reported
 * @param http where health and metrics are served
 * @param unknown variables that have the settings' prefix but are not settings
 */
public record WriterSettings(
        String topic,
        String table,
        String deadLetterTopic,
        String parkedTopic,
        String backfillHeader,
        String applicationId,
        Optional<String> formerGroup,
        int batchSize,
        Duration flushInterval,
        int maxInFlight,
        int maxWriteUnits,
        int laneWriteUnits,
        String controlTopic,
        String statusTopic,
        StartupExemption unreadableControlTopic,
        int bufferRecords,
        long bufferBytes,
        long pollBytes,
        KeySource keySource,
        KafkaKeyFormat kafkaKeyFormat,
        EmptyIndexKeys emptyIndexKeys,
        String trustHeaders,
        GuardSettings guard,
        int maxRejectedPercent,
        Duration requestTimeout,
        Duration retryCap,
        Duration drainTimeout,
        Duration shutdownTimeout,
        Duration stallAlarm,
        HttpSettings http,
        List<String> unknown) {

    private static final String AUTO = "auto";
    private static final String READS = "this is the topic that the writer reads, so it would read its own ";

    private static final String PREFIX = "WRITER_";
    public static final String TOPIC = "WRITER_TOPIC";
    public static final String TABLE = "WRITER_TABLE";
    public static final String DEAD_LETTER_TOPIC = "WRITER_DEAD_LETTER_TOPIC";
    public static final String PARKED_TOPIC = "WRITER_PARKED_TOPIC";
    public static final String BACKFILL_HEADER = "WRITER_BACKFILL_HEADER";
    public static final String APPLICATION_ID = "WRITER_APPLICATION_ID";
    public static final String BATCH_SIZE = "WRITER_BATCH_SIZE";
    public static final String FLUSH_INTERVAL_MS = "WRITER_FLUSH_INTERVAL_MS";
    public static final String MAX_IN_FLIGHT = "WRITER_MAX_IN_FLIGHT";
    public static final String MAX_WRITE_UNITS = "WRITER_MAX_WRITE_UNITS";
    public static final String LANE_WRITE_UNITS = "WRITER_LANE_WRITE_UNITS";
    public static final String CONTROL_TOPIC = "WRITER_CONTROL_TOPIC";
    public static final String STATUS_TOPIC = "WRITER_STATUS_TOPIC";
    public static final String ALLOW_UNREADABLE_CONTROL_TOPIC = "WRITER_ALLOW_UNREADABLE_CONTROL_TOPIC";
    public static final String BUFFER_RECORDS = "WRITER_BUFFER_RECORDS";
    public static final String BUFFER_BYTES = "WRITER_BUFFER_BYTES";
    public static final String POLL_BYTES = "WRITER_POLL_BYTES";
    public static final String KEY_SOURCE = "WRITER_KEY_SOURCE";
    public static final String KAFKA_KEY_FORMAT = "WRITER_KAFKA_KEY_FORMAT";
    public static final String EMPTY_INDEX_KEYS = "WRITER_EMPTY_INDEX_KEYS";
    public static final String TRUST_HEADERS = "WRITER_TRUST_HEADERS";
    public static final String MAX_REJECTED_PERCENT = "WRITER_MAX_REJECTED_PERCENT";
    public static final String REQUEST_TIMEOUT_MS = "WRITER_REQUEST_TIMEOUT_MS";
    public static final String RETRY_CAP_MS = "WRITER_RETRY_CAP_MS";
    public static final String DRAIN_TIMEOUT_MS = "WRITER_DRAIN_TIMEOUT_MS";
    public static final String SHUTDOWN_TIMEOUT_MS = "WRITER_SHUTDOWN_TIMEOUT_MS";
    public static final String STALL_ALARM_MS = "WRITER_STALL_ALARM_MS";

    /** The definitions of all settings, in the order of the table in {@code docs/settings.md}. */
    public static ConfigDef definition() {
        ConfigDef lane = new ConfigDef()
                .define(TOPIC, STRING, NO_DEFAULT_VALUE, HIGH, "The lane topic to read.")
                .define(TABLE, STRING, NO_DEFAULT_VALUE, HIGH, "The DynamoDB table to write, by name or ARN.")
                .define(
                        DEAD_LETTER_TOPIC,
                        STRING,
                        null,
                        MEDIUM,
                        "The topic for records that cannot be written. Not set: the lane's name followed by"
                                + " `-dead-letters`.")
                .define(
                        PARKED_TOPIC,
                        STRING,
                        null,
                        LOW,
                        "The topic to which the writer of a backfill lane moves the records of a backfill that was paused"
                                + " or cancelled by name. It needs as many partitions as the lane, and need not exist"
                                + " before the first such command. Not set: the lane's name followed by `-parked`.")
                .define(
                        BACKFILL_HEADER,
                        STRING,
                        DefaultNames.BACKFILL_HEADER,
                        LOW,
                        "The header whose value names the backfill of a record, as `ROUTER_BACKFILL_HEADER`. Writers of a"
                                + " live lane do not read it.")
                .define(
                        APPLICATION_ID,
                        STRING,
                        null,
                        MEDIUM,
                        "The consumer group. Not set: `sidetrack-writer-LANE~TABLE`, with the name of the lane and that of"
                                + " the table (for an ARN, the name in it). Tables of the same name in two regions or"
                                + " accounts need different groups.");
        ConfigDef own = GuardSettings.define(lane)
                .define(
                        BATCH_SIZE,
                        INT,
                        BufferLimits.MAX_BATCH_SIZE,
                        between(1, BufferLimits.MAX_BATCH_SIZE),
                        HIGH,
                        "The number of items in a batch; DynamoDB accepts at most 25.")
                .define(
                        FLUSH_INTERVAL_MS,
                        INT,
                        1000,
                        between(1, 60_000),
                        HIGH,
                        "How long a record may wait for its batch to fill, in ms. A record waits only while other"
                                + " batches are in flight.")
                .define(
                        MAX_IN_FLIGHT,
                        INT,
                        50,
                        between(1, 10_000),
                        HIGH,
                        "The limit of batches in flight, over all stream threads. The maximum throughput is this limit"
                                + " times the batch size, divided by the latency of DynamoDB.")
                .define(
                        MAX_WRITE_UNITS,
                        INT,
                        0,
                        atLeast(0),
                        HIGH,
                        "The write units that this instance may consume per second. 0: only the limit of the lane and that of"
                                + " the table.")
                .define(
                        LANE_WRITE_UNITS,
                        INT,
                        0,
                        atLeast(0),
                        HIGH,
                        "The write units that all instances of the consumer group together may consume per second; each"
                                + " uses its share, by the partitions that it owns. Set it to the same value in all of"
                                + " them. 0: only the limit of each instance and that of the table.")
                .define(
                        CONTROL_TOPIC,
                        STRING,
                        DefaultNames.CONTROL_TOPIC,
                        LOW,
                        "The topic in which `sidetrack backfill` controls the writers of a backfill lane. Writers of a"
                                + " live lane do not read it.")
                .define(
                        STATUS_TOPIC,
                        STRING,
                        DefaultNames.STATUS_TOPIC,
                        LOW,
                        "The topic to which the writer of a backfill lane publishes how many records of each named backfill"
                                + " it has processed, for `sidetrack progress`. If it does not exist or may not be used, the"
                                + " writer does without it.")
                .define(
                        ALLOW_UNREADABLE_CONTROL_TOPIC,
                        BOOLEAN,
                        false,
                        LOW,
                        "Start the writer of a backfill lane even if it has no permission to read the control topic, as"
                                + " if `sidetrack backfill` had set nothing.")
                .define(
                        BUFFER_RECORDS,
                        INT,
                        0,
                        atLeast(0),
                        MEDIUM,
                        "The records that one stream thread may hold, waiting and in flight, before it stops reading. The"
                                + " limit is lower while the thread cannot write as many within"
                                + " `WRITER_DRAIN_TIMEOUT_MS`. 0: twice the records that the thread may have in"
                                + " flight, and at least 1,000.")
                .define(
                        BUFFER_BYTES,
                        LONG,
                        64L * 1024 * 1024,
                        atLeast(1024 * 1024L),
                        MEDIUM,
                        "The bytes that one stream thread may hold before it stops reading.")
                .define(POLL_BYTES, LONG, 0, atLeast(0), LOW, PollLimit.SETTING)
                .define(
                        KEY_SOURCE,
                        STRING,
                        KeySource.VALUE.code(),
                        in(KeySource.VALUE.code(), KeySource.KAFKA_KEY.code()),
                        MEDIUM,
                        "Where the key attributes of an item come from: fields of the `value`, or the `kafka-key`.")
                .define(
                        KAFKA_KEY_FORMAT,
                        STRING,
                        KafkaKeyFormat.AUTO.code(),
                        in(KafkaKeyFormat.AUTO.code(), KafkaKeyFormat.TEXT.code(), KafkaKeyFormat.JSON.code()),
                        MEDIUM,
                        "The format of a Kafka key, for deletes and for `kafka-key`: `text` is the value of the partition"
                                + " key itself, `json` is an object with the key attributes, and `auto` means `json` for"
                                + " a table with a sort key and `text` for a table without one.")
                .define(
                        EMPTY_INDEX_KEYS,
                        STRING,
                        EmptyIndexKeys.REJECT.code(),
                        in(EmptyIndexKeys.REJECT.code(), EmptyIndexKeys.DROP.code()),
                        MEDIUM,
                        "What happens to a record in which an attribute of the key of a secondary index is an empty"
                                + " string, empty bytes or `null`, which DynamoDB rejects: `reject` makes it a dead letter,"
                                + " and `drop` leaves the attribute out, so that the item is not in that index. A value of"
                                + " another type is always a dead letter.")
                .define(
                        TRUST_HEADERS,
                        STRING,
                        AUTO,
                        in(AUTO, "true", "false"),
                        MEDIUM,
                        "Whether the headers `sidetrack-timestamp`, `sidetrack-attempt` and `sidetrack-replayed-from` of"
                                + " the records are Sidetrack's own. With `auto`, they are if the topic has"
                                + " `message.timestamp.type=LogAppendTime`, as the router's lanes have. Set `false` if"
                                + " producers write directly to such a topic, and `true` if only a router writes to a"
                                + " topic with `CreateTime`.")
                .define(
                        MAX_REJECTED_PERCENT,
                        INT,
                        50,
                        between(1, 100),
                        MEDIUM,
                        "If more than this percentage of a stream thread's last 1,000 records cannot be written, the"
                                + " writer stops with exit code 1 instead of filling the dead-letter topic. 100: never.")
                .define(
                        REQUEST_TIMEOUT_MS,
                        INT,
                        5000,
                        between(100, 60_000),
                        MEDIUM,
                        "The time limit of a call to DynamoDB, in ms. After that, the call counts as lost, its"
                                + " connection is closed, and the writer tries again until it succeeds.")
                .define(
                        RETRY_CAP_MS,
                        INT,
                        5000,
                        between(10, 300_000),
                        LOW,
                        "The longest delay between two attempts, in ms. Delays are random, up to a limit that doubles"
                                + " from 50 ms to this value.")
                .define(
                        DRAIN_TIMEOUT_MS,
                        INT,
                        5000,
                        between(1, 60_000),
                        LOW,
                        "How long a commit may wait for writes in flight, in ms. After that, the commit is postponed and"
                                + " tried again.")
                .define(
                        SHUTDOWN_TIMEOUT_MS,
                        INT,
                        25_000,
                        between(100, 600_000),
                        MEDIUM,
                        "The time limit of a shutdown, in ms. The writer spends up to four fifths of it on writing the"
                                + " records that it has read. The offsets of records that are not durable by then are not"
                                + " committed, and the exit code is 1.")
                .define(
                        STALL_ALARM_MS,
                        INT,
                        300_000,
                        between(1000, 86_400_000),
                        LOW,
                        "How long the writer may make no progress, in ms, before `/livez` reports a stall: records wait,"
                                + " none finishes, and neither the table nor a topic to which the writer sends fails.");
        return HttpSettings.define(own, PREFIX);
    }

    /**
     * Reads the environment.
     *
     * @throws StartupException naming what is missing, invalid or contradictory
     */
    public static WriterSettings read(Map<String, String> environment) {
        EnvironmentSettings values = EnvironmentSettings.read(definition(), PREFIX, environment);
        String topic = values.text(TOPIC);
        WriterSettings settings = new WriterSettings(
                topic,
                values.text(TABLE),
                orElse(values.text(DEAD_LETTER_TOPIC), DefaultNames.deadLetterTopic(topic)),
                orElse(values.text(PARKED_TOPIC), DefaultNames.parkedTopic(topic)),
                values.text(BACKFILL_HEADER),
                orElse(values.text(APPLICATION_ID), DefaultNames.writerGroup(topic, values.text(TABLE))),
                values.text(APPLICATION_ID) == null
                        ? Optional.of(DefaultNames.formerWriterGroup(topic))
                        : Optional.empty(),
                values.number(BATCH_SIZE),
                Duration.ofMillis(values.number(FLUSH_INTERVAL_MS)),
                values.number(MAX_IN_FLIGHT),
                values.number(MAX_WRITE_UNITS),
                values.number(LANE_WRITE_UNITS),
                values.text(CONTROL_TOPIC),
                values.text(STATUS_TOPIC),
                new StartupExemption(ALLOW_UNREADABLE_CONTROL_TOPIC, values.flag(ALLOW_UNREADABLE_CONTROL_TOPIC)),
                values.number(BUFFER_RECORDS),
                values.longNumber(BUFFER_BYTES),
                values.longNumber(POLL_BYTES),
                KeySource.valueOf(constant(values.text(KEY_SOURCE))),
                KafkaKeyFormat.valueOf(constant(values.text(KAFKA_KEY_FORMAT))),
                EmptyIndexKeys.valueOf(constant(values.text(EMPTY_INDEX_KEYS))),
                values.text(TRUST_HEADERS),
                GuardSettings.read(values),
                values.number(MAX_REJECTED_PERCENT),
                Duration.ofMillis(values.number(REQUEST_TIMEOUT_MS)),
                Duration.ofMillis(values.number(RETRY_CAP_MS)),
                Duration.ofMillis(values.number(DRAIN_TIMEOUT_MS)),
                Duration.ofMillis(values.number(SHUTDOWN_TIMEOUT_MS)),
                Duration.ofMillis(values.number(STALL_ALARM_MS)),
                HttpSettings.read(values, PREFIX),
                values.unknown());
        settings.checkTopics();
        return settings;
    }

    private void checkTopics() {
        requireOther(DEAD_LETTER_TOPIC, deadLetterTopic, topic, READS + "dead letters");
        requireOther(PARKED_TOPIC, parkedTopic, topic, READS + "parked records");
        requireOther(PARKED_TOPIC, parkedTopic, deadLetterTopic, "this is the topic for dead letters");
        requireOther(PARKED_TOPIC, parkedTopic, controlTopic, "this is the control topic");
        requireOther(STATUS_TOPIC, statusTopic, topic, READS + "counts");
        requireOther(STATUS_TOPIC, statusTopic, deadLetterTopic, "this is the topic for dead letters");
        requireOther(STATUS_TOPIC, statusTopic, parkedTopic, "this is the topic for parked records");
    }

    private static void requireOther(String setting, String name, String other, String problem) {
        if (name.equals(other)) {
            throw new StartupException(setting + "=" + name, problem, "Set it to another topic.");
        }
    }

    /** Whether the headers that only Sidetrack may set are Sidetrack's own in the records of this lane. */
    public boolean trustsHeaders(TopicFacts lane) {
        return trustHeaders.equals(AUTO) ? lane.stampsRecords() : Boolean.parseBoolean(trustHeaders);
    }

    private static String orElse(String value, String fallback) {
        return value == null ? fallback : value;
    }

    private static String constant(String code) {
        return code.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /** A warning if the topic is named as a backfill lane, but the writer serves a live lane. */
    public Optional<String> laneDoubt() {
        return guard.lane() == Lane.LIVE && DefaultNames.isNamedBackfill(topic)
                ? Optional.of(
                        ("%s is named as a backfill lane, but this writer serves a live lane: it does not follow `sidetrack"
                                        + " backfill`, and does not leave capacity to live traffic. If it is the backfill lane, set %s=backfill")
                                .formatted(topic, GuardSettings.LANE))
                : Optional.empty();
    }

    /** The limit of write units per second for this instance; infinite for none. */
    public double writeUnitLimit() {
        return orInfinite(maxWriteUnits);
    }

    /** The limit of write units per second for all instances together; infinite for none. */
    public double laneWriteUnitLimit() {
        return orInfinite(laneWriteUnits);
    }

    private static double orInfinite(int units) {
        return units == 0 ? Double.POSITIVE_INFINITY : units;
    }
}
