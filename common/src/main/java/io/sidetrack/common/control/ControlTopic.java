package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A compacted topic with one partition that keeps the state that must survive a restart. The offsets of a consumer group could
 * hold a cut as well, but brokers delete them a week after the group's last member has left.
 *
 * <p>A topic that this principal may not describe is not a missing topic: a router that confused the two would put a backlog on
 * the live lane. The topic is therefore requested by name and never looked up in a list of all topics, because brokers omit
 * those that the principal may not describe.
 *
 * <p>If the topic was created with more partitions, values are written to the first one. Earlier versions let the key choose the
 * partition, so all partitions are read, and the first one last, so that it wins.
 */
public final class ControlTopic {
    private static final Logger log = LoggerFactory.getLogger(ControlTopic.class);
    static final int ONLY_PARTITION = 0;

    private static final String CUT = "cut/";
    private static final String STEERING = "writer/";
    private static final String BACKFILL = "backfill/";
    private static final String CONTROL_TRANSACTIONS = "sidetrack-replay-control~";
    private static final int TRANSACTION_TIMEOUT_MS = 5_000;
    private static final String DEAD_LETTER_REPLAY = "dead-letter-replay/";

    private final String topic;
    private final KafkaProperties client;
    private final Duration timeout;
    private final Optional<StartupExemption> exemption;

    /**
     * @param client the properties of its Kafka clients
     * @param timeout how long a call may take
     */
    public ControlTopic(String topic, KafkaProperties client, Duration timeout) {
        this(topic, client, timeout, Optional.empty());
    }

    private ControlTopic(String topic, KafkaProperties client, Duration timeout, Optional<StartupExemption> exemption) {
        this.topic = topic;
        this.client = client;
        this.timeout = timeout;
        this.exemption = exemption;
    }

    /** The same topic, but if it may not be read and the exemption is granted, it counts as empty, with a warning. */
    public ControlTopic with(StartupExemption unreadable) {
        return new ControlTopic(topic, client, timeout, Optional.of(unreadable));
    }

    /** The same topic with another limit for its calls. */
    ControlTopic within(Duration limit) {
        return new ControlTopic(topic, client, limit, exemption);
    }

    /**
     * The cut of a router.
     *
     * @param routerGroup the router's consumer group
     * @return the newest valid cut, and whether an invalid record follows it; empty without a control topic
     * @throws StartupException if the topic cannot be read
     */
    public ControlValue<Cut> cut(String routerGroup) {
        return read(new LastValidValue<>(CUT + routerGroup, Cut.class, null, () -> {}));
    }

    /**
     * The operator's current settings for the writers of a backfill.
     *
     * @param writerGroup the writers' consumer group
     * @return the newest valid settings, or {@link Steering#NONE}
     * @throws StartupException if the topic cannot be read
     */
    public Steering steering(String writerGroup) {
        return read(new LastValidValue<>(STEERING + writerGroup, Steering.class, Steering.NONE, () -> {}))
                .value()
                .orElse(Steering.NONE);
    }

    /**
     * Follows the operator's settings, from the beginning of the topic.
     *
     * @param onRejected called for each invalid record of this group
     */
    public SteeringFeed follow(String writerGroup, Runnable onRejected) {
        return new SteeringFeed(reader(() -> {}), STEERING + writerGroup, onRejected);
    }

    private ControlReader reader(Runnable onRestart) {
        return new ControlReader(
                consumer(IsolationLevel.READ_COMMITTED, "none"), topic, timeout, onRestart, System::nanoTime);
    }

    /**
     * The operator's current settings for the named backfills of a lane, by name. A backfill without a setting runs.
     *
     * @param lane the topic of the backfill lane
     * @throws StartupException if the topic cannot be read
     */
    public Map<String, NamedBackfill> backfills(String lane) {
        BackfillSettings settings = new BackfillSettings(backfillPrefix(lane), () -> {});
        if (read(settings::add)) {
            settings.warnIfSkipped(log);
        }
        return settings.get();
    }

    /**
     * Follows the operator's settings for the named backfills of a lane, from the beginning of the topic.
     *
     * @param lane the topic of the backfill lane
     * @param onRejected called for each invalid record of the lane
     */
    public BackfillFeed followBackfills(String lane, Runnable onRejected) {
        BackfillSettings settings = new BackfillSettings(backfillPrefix(lane), onRejected);
        return new BackfillFeed(reader(settings::clear), settings);
    }

    /** Topics cannot have a slash in their names, but backfills can. */
    private static String backfillPrefix(String lane) {
        return BACKFILL + lane + "/";
    }

    /**
     * The replays of a dead-letter topic, in the order in which they started. Invalid records are skipped with a warning.
     *
     * @throws StartupException if the topic cannot be read
     */
    public List<DeadLetterReplay> deadLetterReplays(String deadLetters) {
        DeadLetterReplays replays = new DeadLetterReplays(DEAD_LETTER_REPLAY + deadLetters + "/");
        read(replays::add);
        return replays.get();
    }

    private <T> ControlValue<T> read(LastValidValue<T> newest) {
        if (!read(newest::add)) {
            return new ControlValue<>(Optional.empty(), Optional.empty());
        }
        newest.warnIfSkipped(log);
        return newest.recorded();
    }

    /**
     * Reads the topic to its end.
     *
     * @return false if the topic may not be read and counts as empty
     */
    private boolean read(java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> to) {
        try (Consumer<byte[], byte[]> consumer = consumer(IsolationLevel.READ_COMMITTED);
                Consumer<byte[], byte[]> ends = consumer(IsolationLevel.READ_UNCOMMITTED)) {
            long start = System.nanoTime();
            for (int number = partitions(consumer) - 1; number >= 0; number--) {
                TopicPartition partition = new TopicPartition(topic, number);
                // The end for committed records would be the start of an open transaction, which may hide newer values.
                long end = ends.endOffsets(List.of(partition), timeout).get(partition);
                readTo(consumer, partition, end, start, to);
            }
            return true;
        } catch (TopicAuthorizationException e) {
            if (exemption.filter(StartupExemption::granted).isPresent()) {
                log.warn(
                        "control topic {}: this principal may not read it; it counts as empty, as allowed by {}",
                        topic,
                        exemption.get().setting());
                return false;
            }
            throw new StartupException(
                    "control topic " + topic,
                    "this principal may not read it",
                    "Allow DESCRIBE and READ on it, even if it does not exist: a broker does not reveal whether such a"
                            + " topic exists."
                            + exemption
                                    .map(granted ->
                                            " Or set " + granted.setting() + "=true, so that it counts as empty.")
                                    .orElse(""),
                    e);
        } catch (KafkaException e) {
            throw new StartupException(
                    "control topic " + topic,
                    "cannot be read (" + e.getMessage() + ")",
                    "Check that its leader is up, then start again.",
                    e);
        }
    }

    /** The number of partitions; 0 if the topic does not exist. */
    private int partitions(Consumer<byte[], byte[]> consumer) {
        return consumer.partitionsFor(topic, timeout).size();
    }

    private void readTo(
            Consumer<byte[], byte[]> consumer,
            TopicPartition partition,
            long end,
            long start,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> to) {
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        while (consumer.position(partition, timeout) < end) {
            if (System.nanoTime() - start > timeout.toNanos()) {
                throw new org.apache.kafka.common.errors.TimeoutException("no record within the timeout");
            }
            consumer.poll(Duration.ofMillis(100)).forEach(to);
        }
    }

    /** Records the operator's settings and creates the topic if necessary; returns when the write is acknowledged. */
    public void put(String writerGroup, Steering steering, Admin admin) {
        create(admin);
        send(STEERING + writerGroup, ControlJson.write(steering));
    }

    /** Records a router's cut and creates the topic if necessary; returns when the write is acknowledged. Replaces an older cut. */
    public void put(String routerGroup, Cut cut, Admin admin) {
        create(admin);
        send(CUT + routerGroup, ControlJson.write(cut));
    }

    /**
     * Records the operator's setting for one named backfill and creates the topic if necessary; returns when the write is
     * acknowledged.
     *
     * @param lane the topic of the backfill lane
     * @param name the value of the header; neither empty nor anything but text
     */
    public void put(String lane, String name, NamedBackfill setting, Admin admin) {
        create(admin);
        send(backfillPrefix(lane) + name, ControlJson.write(setting));
    }

    /**
     * Makes the caller the only command that changes the setting of a named backfill, and creates the topic if necessary.
     *
     * @param lane the topic of the backfill lane
     * @param name as in {@link #put(String, String, NamedBackfill, Admin)}
     * @throws StartupException if the topic cannot be created, or transactions cannot begin
     * @throws ExclusiveSetting.TakenOverException if another command does the same at this moment
     */
    public ExclusiveSetting exclusive(String lane, String name, Admin admin) {
        create(admin);
        String transactionalId = CONTROL_TRANSACTIONS + lane + "/" + name;
        Map<String, Object> properties = producerProperties();
        properties.put("transactional.id", transactionalId);
        // An open transaction of a command that was killed keeps services from reading newer settings.
        properties.put("transaction.timeout.ms", TRANSACTION_TIMEOUT_MS);
        ExclusiveSetting control = new ExclusiveSetting(
                new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer()),
                topic,
                backfillPrefix(lane) + name,
                () -> Optional.ofNullable(backfills(lane).get(name)));
        try {
            control.takeOver();
            return control;
        } catch (ExclusiveSetting.TakenOverException e) {
            control.close();
            throw e;
        } catch (KafkaException e) {
            control.close();
            throw new StartupException(
                    "transactional id " + transactionalId,
                    "cannot be used (" + e.getMessage() + ")",
                    "Allow WRITE on the transactional ids " + CONTROL_TRANSACTIONS
                            + "*, and check that the brokers are up.",
                    e);
        }
    }

    /** Records a replay of dead letters, or its end, and creates the topic if necessary; returns when the write is acknowledged. */
    public void put(DeadLetterReplay replay, Admin admin) {
        create(admin);
        send(DEAD_LETTER_REPLAY + replay.topic() + "/" + replay.startedAtMs(), ControlJson.write(replay));
    }

    private void create(Admin admin) {
        try {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(1), Optional.empty())
                            .configs(Map.of(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_COMPACT))))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw refused(e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(e);
        }
    }

    /** Removes a router's cut; returns when the write is acknowledged. The topic must exist. */
    public void remove(String routerGroup) {
        send(CUT + routerGroup, null);
    }

    private Map<String, Object> producerProperties() {
        Map<String, Object> properties = client.producer();
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.put("delivery.timeout.ms", (int) timeout.toMillis());
        properties.put("request.timeout.ms", (int) timeout.toMillis() / 2);
        properties.put("linger.ms", 0);
        properties.put("max.block.ms", timeout.toMillis());
        return properties;
    }

    private void send(String key, byte[] value) {
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(producerProperties(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, ONLY_PARTITION, key.getBytes(UTF_8), value))
                    .get();
        } catch (ExecutionException e) {
            throw refused(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refused(e);
        }
    }

    private StartupException refused(Throwable cause) {
        return new StartupException(
                "control topic " + topic,
                "cannot be written (" + cause.getMessage() + ")",
                "Allow CREATE, DESCRIBE and WRITE on it.",
                cause);
    }

    private Consumer<byte[], byte[]> consumer(IsolationLevel isolation) {
        // If the topic was re-created, its current content counts.
        return consumer(isolation, "earliest");
    }

    private Consumer<byte[], byte[]> consumer(IsolationLevel isolation, String reset) {
        Map<String, Object> properties = client.consumer();
        properties.put("enable.auto.commit", false);
        properties.put("allow.auto.create.topics", false);
        properties.put("auto.offset.reset", reset);
        properties.put("isolation.level", isolation.toString());
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
