package io.sidetrack.ops.copy;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.control.ControlJson;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordReader;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * The journal of copies: a compacted topic that holds, for each id, the newest run ({@code copy/ID}) and the progress of its
 * partitions ({@code copy/ID/PARTITION}). The offsets of a consumer group could hold the progress as well, but brokers delete them
 * a week after the group's last member has left, and then a finished copy would begin again.
 *
 * <p>Only the first partition is used. The journal is read after the transactional id of its id has been fenced: nobody else writes
 * under this id after that.
 */
public final class JournalTopic {
    /** Brokers compact only closed segments. The default of 1 GB would let the journal grow to that size. */
    private static final String SEGMENT_BYTES = Integer.toString(64 * 1024 * 1024);
    /** How long to wait for an open transaction of another copy: longer than one lasts by default. */
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(90);

    private static final Duration CREATE_TIMEOUT = Duration.ofSeconds(60);
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9._~-]{1,100}");
    private static final String PREFIX = "copy/";
    private static final int ONLY_PARTITION = 0;

    private final Cluster cluster;
    private final String name;

    /** @param name the topic, which need not exist */
    public JournalTopic(Cluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
    }

    /** True if a text can be the id of a copy: 1 to 100 letters, digits, '.', '_', '~' and '-'. */
    public static boolean isId(String text) {
        return ID.matcher(text).matches();
    }

    /**
     * Creates the topic if it does not exist.
     *
     * @throws StartupException if it cannot be created, or does not keep its records
     */
    void create() {
        Optional<TopicFacts> facts = facts();
        if (facts.isEmpty()) {
            try {
                cluster.admin()
                        .createTopics(List.of(new NewTopic(name, Optional.of(1), Optional.empty())
                                .configs(Map.of(
                                        TopicConfig.CLEANUP_POLICY_CONFIG,
                                        TopicConfig.CLEANUP_POLICY_COMPACT,
                                        TopicConfig.SEGMENT_BYTES_CONFIG,
                                        SEGMENT_BYTES))))
                        .all()
                        .get(CREATE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw notCreated(e.getCause() == null ? e : e.getCause());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw notCreated(e);
            }
        }
    }

    private StartupException notCreated(Throwable cause) {
        return new StartupException(
                "journal topic " + name,
                "cannot be created (" + cause.getMessage() + ")",
                "Allow CREATE on it, or create it with one partition and cleanup.policy=compact.",
                cause);
    }

    /** @throws StartupException if the topic does not keep its records */
    private Optional<TopicFacts> facts() {
        Optional<TopicFacts> facts = cluster.topics().find(name);
        if (facts.filter(topic -> topic.cleanupPolicy().contains(TopicConfig.CLEANUP_POLICY_DELETE))
                .isPresent()) {
            throw new StartupException(
                    "journal topic " + name,
                    "has cleanup.policy=" + facts.get().cleanupPolicy()
                            + ", so that Kafka would delete how far copies are, and they would begin again",
                    "Set cleanup.policy=compact on it.");
        }
        return facts;
    }

    /**
     * What the journal holds under an id, as far as that is known without waiting: a run that was killed can leave a transaction
     * open, which the next session ends. That reads the rest.
     *
     * @return empty if there is no such topic, or nothing under the id
     * @throws OpsException if it cannot be read, or a record under the id is invalid
     */
    public Optional<CopyState> read(String id) {
        if (facts().isEmpty()) {
            return Optional.empty();
        }
        Reading reading = readExisting(id, IsolationLevel.READ_COMMITTED);
        reading.requireRun(name);
        return reading.state();
    }

    /**
     * What the journal holds under some ids, in one reading.
     *
     * @return by id, those under which there is something
     * @throws OpsException as {@link #read(String)}
     */
    public Map<String, CopyState> read(Set<String> ids) {
        Map<String, Reading> readings = new HashMap<>();
        ids.forEach(id -> readings.put(id, new Reading(id)));
        if (!ids.isEmpty() && facts().isPresent()) {
            readExisting(IsolationLevel.READ_COMMITTED, record -> {
                if (record.key() != null) {
                    String key = new String(record.key(), UTF_8);
                    int id = key.startsWith(PREFIX) ? PREFIX.length() : key.length();
                    int end = key.indexOf('/', id);
                    Reading reading = readings.get(key.substring(id, end < 0 ? key.length() : end));
                    if (reading != null) {
                        reading.add(record);
                    }
                }
            });
        }
        Map<String, CopyState> states = new HashMap<>();
        readings.forEach((id, reading) -> {
            reading.requireRun(name);
            reading.state().ifPresent(state -> states.put(id, state));
        });
        return states;
    }

    /** Reads everything of a topic that exists. Waits for transactions that are open, and for a topic that was created a moment ago. */
    Reading readExisting(String id) {
        return readExisting(id, IsolationLevel.READ_UNCOMMITTED);
    }

    private Reading readExisting(String id, IsolationLevel end) {
        Reading reading = new Reading(id);
        readExisting(end, reading::add);
        return reading;
    }

    private void readExisting(IsolationLevel end, Consumer<ConsumerRecord<byte[], byte[]>> to) {
        OffsetRange range = cluster.ranges(name, 1, end).get(ONLY_PARTITION);
        RecordReader.ranges(
                cluster.client().with(Map.of("auto.offset.reset", "earliest")),
                Map.of(new TopicPartition(name, ONLY_PARTITION), range),
                READ_TIMEOUT,
                to,
                passed -> {});
    }

    /** The newest records of one id. */
    static final class Reading {
        private final String runKey;
        private final SortedMap<Integer, PartitionProgress> partitions = new TreeMap<>();
        private Optional<CopyRun> run = Optional.empty();

        Reading(String id) {
            this.runKey = runKey(id);
        }

        void add(ConsumerRecord<byte[], byte[]> record) {
            if (record.key() == null) {
                return;
            }
            String key = new String(record.key(), UTF_8);
            try {
                if (key.equals(runKey)) {
                    run = record.value() == null
                            ? Optional.empty()
                            : Optional.of(ControlJson.read(record.value(), CopyRun.class));
                } else if (key.startsWith(runKey + "/")) {
                    int partition = Integer.parseInt(key.substring(runKey.length() + 1));
                    if (record.value() == null) {
                        partitions.remove(partition);
                    } else {
                        partitions.put(partition, ControlJson.read(record.value(), PartitionProgress.class));
                    }
                }
            } catch (IOException | NumberFormatException e) {
                throw new OpsException(
                        ("journal topic %s, partition %d, offset %d: not a valid record, so it is unknown what was copied;"
                                        + " use another --id, and a slice that begins after what the target holds")
                                .formatted(record.topic(), record.partition(), record.offset()),
                        e);
            }
        }

        /**
         * The number of the newest run that has left a record; 0 if there is none. A new run needs a higher number, so that progress
         * that is left of another one never counts.
         */
        long lastNumber() {
            return Math.max(
                    run.map(CopyRun::number).orElse(0L),
                    partitions.values().stream()
                            .mapToLong(PartitionProgress::run)
                            .max()
                            .orElse(0));
        }

        /** @throws OpsException if records of the journal were deleted, so that something was copied and it is unknown what */
        void requireRun(String topic) {
            if (run.isEmpty() && !partitions.isEmpty()) {
                throw new OpsException(
                        "journal topic %s holds the progress of %s, but not the run to which it belongs: records were deleted; --again begins anew, and copies once more what was copied"
                                .formatted(topic, runKey.substring(PREFIX.length())));
            }
        }

        Optional<CopyState> state() {
            return run.map(found -> new CopyState(found, partitions));
        }
    }

    private static String runKey(String id) {
        return PREFIX + id;
    }

    /** The record of a run. */
    ProducerRecord<byte[], byte[]> record(String id, CopyRun run) {
        return record(runKey(id), ControlJson.write(run));
    }

    /** The record of a partition's progress. */
    ProducerRecord<byte[], byte[]> record(String id, int partition, PartitionProgress progress) {
        return record(runKey(id) + "/" + partition, ControlJson.write(progress));
    }

    private ProducerRecord<byte[], byte[]> record(String key, byte[] value) {
        return new ProducerRecord<>(name, ONLY_PARTITION, key.getBytes(UTF_8), value);
    }

    @Override
    public String toString() {
        return name;
    }
}
