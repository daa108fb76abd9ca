package io.sidetrack.writer;

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
import io.sidetrack.writer.buffer.Backoff;
import io.sidetrack.writer.buffer.Backoffs;
import io.sidetrack.writer.buffer.BufferLimits;
import io.sidetrack.writer.buffer.WriteBudget;
import io.sidetrack.writer.model.KafkaKeyFormat;
import io.sidetrack.writer.model.KeySource;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.kafka.common.config.ConfigDef;

/**
 * The writer's settings.
 *
 * @param topic the lane to read
 * @param table the table to write
 * @param deadLetterTopic where records go that cannot be written
 * @param applicationId the consumer group
 * @param formerGroup the group that earlier versions used with these settings; empty if a group is set
 * @param batchSize items in a batch, 1 to 25
 * @param flushInterval how long a record may wait for its batch to fill
 * @param maxInFlight batches in flight, of all threads together
 * @param maxWriteUnits per second, of all threads together; 0 for no limit
 * @param controlTopic where an operator says how a backfill is to go on
 * @param unreadableControlTopic whether that topic may be closed to the writer
 * @param bufferRecords records held by one thread; 0 for what suits its batches in flight
 * @param bufferBytes bytes held by one thread
 * @param pollBytes bytes read by one thread before they are processed; 0 for a share of the heap
 * @param keySource where a put's key comes from
 * @param kafkaKeyFormat how a Kafka key is read
 * @param trustHeaders whether the lane's `sidetrack-` headers are Sidetrack's own: `auto`, `true` or `false`
 * @param guard which of two writes of a key stays
 * @param maxRejectedPercent of the last 1,000 records, above which the writer stops
 * @param requestTimeout of a call to DynamoDB
 * @param retryCap the longest delay between tries
 * @param drainTimeout how long a commit may wait before it is put off
 * @param shutdownTimeout how long a stop may take
 * @param stallAlarm how long the writer may stand still before it is reported
 * @param http where health and metrics are served
 * @param unknown variables that look like settings and are none
 */
record WriterSettings(
        String topic,
        String table,
        String deadLetterTopic,
        String applicationId,
        Optional<String> formerGroup,
        int batchSize,
        Duration flushInterval,
        int maxInFlight,
        int maxWriteUnits,
        String controlTopic,
        StartupExemption unreadableControlTopic,
        int bufferRecords,
        long bufferBytes,
        long pollBytes,
        KeySource keySource,
        KafkaKeyFormat kafkaKeyFormat,
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

    private static final long LEAST_BUFFER_RECORDS = 1000;
    private static final Duration DEAD_LETTER_RETRY = Duration.ofSeconds(1);
    private static final Duration FIRST_RETRY = Duration.ofMillis(50);
    private static final Duration FIRST_URGENT_RETRY = Duration.ofMillis(5);
    private static final Duration URGENT_RETRY_CAP = Duration.ofMillis(100);

    private static final String AUTO = "auto";

    static final String PREFIX = "WRITER_";
    static final String TOPIC = "WRITER_TOPIC";
    static final String TABLE = "WRITER_TABLE";
    static final String DEAD_LETTER_TOPIC = "WRITER_DEAD_LETTER_TOPIC";
    static final String APPLICATION_ID = "WRITER_APPLICATION_ID";
    static final String BATCH_SIZE = "WRITER_BATCH_SIZE";
    static final String FLUSH_INTERVAL_MS = "WRITER_FLUSH_INTERVAL_MS";
    static final String MAX_IN_FLIGHT = "WRITER_MAX_IN_FLIGHT";
    static final String MAX_WRITE_UNITS = "WRITER_MAX_WRITE_UNITS";
    static final String CONTROL_TOPIC = "WRITER_CONTROL_TOPIC";
    static final String ALLOW_UNREADABLE_CONTROL_TOPIC = "WRITER_ALLOW_UNREADABLE_CONTROL_TOPIC";
    static final String BUFFER_RECORDS = "WRITER_BUFFER_RECORDS";
    static final String BUFFER_BYTES = "WRITER_BUFFER_BYTES";
    static final String POLL_BYTES = "WRITER_POLL_BYTES";
    static final String KEY_SOURCE = "WRITER_KEY_SOURCE";
    static final String KAFKA_KEY_FORMAT = "WRITER_KAFKA_KEY_FORMAT";
    static final String TRUST_HEADERS = "WRITER_TRUST_HEADERS";
    static final String MAX_REJECTED_PERCENT = "WRITER_MAX_REJECTED_PERCENT";
    static final String REQUEST_TIMEOUT_MS = "WRITER_REQUEST_TIMEOUT_MS";
    static final String RETRY_CAP_MS = "WRITER_RETRY_CAP_MS";
    static final String DRAIN_TIMEOUT_MS = "WRITER_DRAIN_TIMEOUT_MS";
    static final String SHUTDOWN_TIMEOUT_MS = "WRITER_SHUTDOWN_TIMEOUT_MS";
    static final String STALL_ALARM_MS = "WRITER_STALL_ALARM_MS";

    /** Every setting, in the order of the table in {@code docs/settings.md}. */
    static ConfigDef definition() {
        ConfigDef lane = new ConfigDef()
                .define(TOPIC, STRING, NO_DEFAULT_VALUE, HIGH, "The lane topic to read.")
                .define(TABLE, STRING, NO_DEFAULT_VALUE, HIGH, "The DynamoDB table to write, by name or ARN.")
                .define(
                        DEAD_LETTER_TOPIC,
                        STRING,
                        null,
                        MEDIUM,
                        "The topic for records that cannot be written. Not set: the lane's name and `-dead-letters`.")
                .define(
                        APPLICATION_ID,
                        STRING,
                        null,
                        MEDIUM,
                        "The consumer group. Not set: `sidetrack-writer-LANE~TABLE`, with the names of both (of a table that"
                                + " is named by its ARN, the name in it). Tables of the same name in two regions or"
                                + " accounts need a group each.");
        ConfigDef own = GuardSettings.define(lane)
                .define(
                        BATCH_SIZE,
                        INT,
                        BufferLimits.MAX_BATCH_SIZE,
                        between(1, BufferLimits.MAX_BATCH_SIZE),
                        HIGH,
                        "Items in a batch; DynamoDB takes 25 at most.")
                .define(
                        FLUSH_INTERVAL_MS,
                        INT,
                        1000,
                        between(1, 60_000),
                        HIGH,
                        "How long a record may wait for its batch to fill, in ms. It waits only while other batches are"
                                + " in flight.")
                .define(
                        MAX_IN_FLIGHT,
                        INT,
                        50,
                        between(1, 10_000),
                        HIGH,
                        "Batches in flight at a time, of all stream threads together. The ceiling of throughput is this"
                                + " times the batch size, divided by DynamoDB's latency.")
                .define(
                        MAX_WRITE_UNITS,
                        INT,
                        0,
                        atLeast(0),
                        HIGH,
                        "Write units that this instance may consume per second. 0: no limit but the table's.")
                .define(
                        CONTROL_TOPIC,
                        STRING,
                        DefaultNames.CONTROL_TOPIC,
                        LOW,
                        "The topic by which `sidetrack backfill` steers a backfill lane's writers; a live lane's do not"
                                + " read it.")
                .define(
                        ALLOW_UNREADABLE_CONTROL_TOPIC,
                        BOOLEAN,
                        false,
                        LOW,
                        "Start even if a backfill lane's writer may not read the control topic, as if nothing were set by"
                                + " `sidetrack backfill`.")
                .define(
                        BUFFER_RECORDS,
                        INT,
                        0,
                        atLeast(0),
                        MEDIUM,
                        "Records that one stream thread holds, waiting and in flight, before it stops reading; fewer while"
                                + " it cannot write as many within `WRITER_DRAIN_TIMEOUT_MS`. 0: twice what it"
                                + " may have in flight, and at least 1,000.")
                .define(
                        BUFFER_BYTES,
                        LONG,
                        64L * 1024 * 1024,
                        atLeast(1024 * 1024L),
                        MEDIUM,
                        "Bytes that one stream thread holds before it stops reading.")
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
                        "How a Kafka key is read, for deletes and for `kafka-key`: `text` is the partition key's value"
                                + " itself, `json` an object with the key attributes, `auto` is `json` for a table with a"
                                + " sort key and `text` for one without.")
                .define(
                        TRUST_HEADERS,
                        STRING,
                        AUTO,
                        in(AUTO, "true", "false"),
                        MEDIUM,
                        "Whether `sidetrack-timestamp` and `sidetrack-attempt` of the records are Sidetrack's own: `auto` if the"
                                + " topic has `message.timestamp.type=LogAppendTime`, as the router's lanes have. Set `false` if"
                                + " producers write such a topic directly, and `true` if only a router writes one with"
                                + " `CreateTime`.")
                .define(
                        MAX_REJECTED_PERCENT,
                        INT,
                        50,
                        between(1, 100),
                        MEDIUM,
                        "If more of a stream thread's last 1,000 records than this cannot be written, the writer stops with"
                                + " exit code 1 rather than fill the dead-letter topic. 100 is never.")
                .define(
                        REQUEST_TIMEOUT_MS,
                        INT,
                        5000,
                        between(100, 60_000),
                        MEDIUM,
                        "How long a call to DynamoDB may take, in ms. After it the call counts as lost, its connection is"
                                + " closed, and the writer tries again, without end.")
                .define(
                        RETRY_CAP_MS,
                        INT,
                        5000,
                        between(10, 300_000),
                        LOW,
                        "The longest delay between two tries, in ms. Delays are random, up to a limit that doubles from"
                                + " 50 ms to this.")
                .define(
                        DRAIN_TIMEOUT_MS,
                        INT,
                        5000,
                        between(1, 60_000),
                        LOW,
                        "How long a commit may wait for writes in flight, in ms; after it the commit is put off, and"
                                + " tried again.")
                .define(
                        SHUTDOWN_TIMEOUT_MS,
                        INT,
                        25_000,
                        between(100, 600_000),
                        MEDIUM,
                        "How long a shutdown may take, in ms. Four fifths of it are for finishing what was read; what is"
                                + " not durable then is not committed, and the exit code is 1.")
                .define(
                        STALL_ALARM_MS,
                        INT,
                        300_000,
                        between(1000, 86_400_000),
                        LOW,
                        "How long the writer may stand still, in ms, before `/livez` reports it: records wait, nothing"
                                + " finishes, and neither the table nor the dead-letter topic has failed.");
        return HttpSettings.define(own, PREFIX);
    }

    /**
     * Reads the environment.
     *
     * @throws StartupException naming what is missing, invalid or contradictory
     */
    static WriterSettings read(Map<String, String> environment) {
        EnvironmentSettings values = EnvironmentSettings.read(definition(), PREFIX, environment);
        String topic = values.text(TOPIC);
        WriterSettings settings = new WriterSettings(
                topic,
                values.text(TABLE),
                orElse(values.text(DEAD_LETTER_TOPIC), DefaultNames.deadLetterTopic(topic)),
                orElse(values.text(APPLICATION_ID), DefaultNames.writerGroup(topic, values.text(TABLE))),
                values.text(APPLICATION_ID) == null
                        ? Optional.of(DefaultNames.formerWriterGroup(topic))
                        : Optional.empty(),
                values.number(BATCH_SIZE),
                Duration.ofMillis(values.number(FLUSH_INTERVAL_MS)),
                values.number(MAX_IN_FLIGHT),
                values.number(MAX_WRITE_UNITS),
                values.text(CONTROL_TOPIC),
                new StartupExemption(ALLOW_UNREADABLE_CONTROL_TOPIC, values.flag(ALLOW_UNREADABLE_CONTROL_TOPIC)),
                values.number(BUFFER_RECORDS),
                values.longNumber(BUFFER_BYTES),
                values.longNumber(POLL_BYTES),
                KeySource.valueOf(constant(values.text(KEY_SOURCE))),
                KafkaKeyFormat.valueOf(constant(values.text(KAFKA_KEY_FORMAT))),
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
        if (settings.deadLetterTopic.equals(topic)) {
            throw new StartupException(
                    DEAD_LETTER_TOPIC + "=" + topic,
                    "this is the topic that the writer reads, so every dead letter would come back to it",
                    "Set it to another topic.");
        }
        return settings;
    }

    /** Whether the headers of the lane's records that only Sidetrack may set are Sidetrack's own. */
    boolean trustsHeaders(TopicFacts lane) {
        return trustHeaders.equals(AUTO) ? lane.stampsRecords() : Boolean.parseBoolean(trustHeaders);
    }

    private static String orElse(String value, String fallback) {
        return value == null ? fallback : value;
    }

    private static String constant(String code) {
        return code.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    /**
     * What one stream thread's buffer may hold and send.
     *
     * @param threads of this instance; they share the batches in flight evenly
     * @throws StartupException if the settings leave a thread nothing to send with, or no room to fill its batches
     */
    BufferLimits bufferLimits(int threads) {
        int inFlight = maxInFlight / threads;
        if (inFlight == 0) {
            throw new StartupException(
                    MAX_IN_FLIGHT + "=" + maxInFlight,
                    "fewer batches than the " + threads + " stream threads of KAFKA_NUM_STREAM_THREADS",
                    "Set it to " + threads + " or more, or use fewer threads.");
        }
        long pipeline = (long) inFlight * batchSize;
        long records = bufferRecords == 0 ? Math.max(LEAST_BUFFER_RECORDS, 2 * pipeline) : bufferRecords;
        if (records < pipeline) {
            throw new StartupException(
                    BUFFER_RECORDS + "=" + bufferRecords,
                    "cannot hold the %d batches of %d records that a thread may have in flight"
                            .formatted(inFlight, batchSize),
                    "Remove it, set it to %d or more, or lower %s.".formatted(pipeline * 2, MAX_IN_FLIGHT));
        }
        return new BufferLimits(
                batchSize,
                BufferLimits.MAX_BATCH_BYTES,
                flushInterval,
                inFlight,
                records,
                bufferBytes,
                shorter(drainTimeout, shutdownTimeout.dividedBy(3)),
                guard.mode().precedence(),
                maxRejectedPercent);
    }

    /** What this instance may spend; a backfill lane gives way when the table throttles. */
    WriteBudget writeBudget(long nowNanos) {
        return new WriteBudget(mostWriteUnits(), guard.lane() == Lane.BACKFILL, nowNanos);
    }

    /** Per second; infinite for no limit. */
    double mostWriteUnits() {
        return maxWriteUnits == 0 ? Double.POSITIVE_INFINITY : maxWriteUnits;
    }

    /** A live lane does not wait for long when the table throttles: somebody waits for it. */
    Backoffs backoffs(SplittableRandom random) {
        Backoff patient = new Backoff(FIRST_RETRY, retryCap, random.split());
        return guard.lane() == Lane.BACKFILL
                ? Backoffs.same(patient, DEAD_LETTER_RETRY)
                : new Backoffs(
                        new Backoff(FIRST_URGENT_RETRY, shorter(URGENT_RETRY_CAP, retryCap), random.split()),
                        patient,
                        DEAD_LETTER_RETRY);
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
