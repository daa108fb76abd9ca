package io.sidetrack.common.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.transaction.TransactionFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * The only command at a time that changes the setting of a named backfill. Opening it ends the right of every earlier one to
 * change it, so that a setting that is derived from the one that was read never replaces a newer one. Not thread-safe.
 */
public final class ExclusiveSetting implements AutoCloseable {
    /** A producer aborts its open transaction before it closes, which takes forever while its coordinator is down. */
    private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

    private final Producer<byte[], byte[]> producer;
    private final String topic;
    private final String key;
    private final Supplier<Optional<NamedBackfill>> reader;

    /** Another command changes the setting now. */
    public static final class TakenOverException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private TakenOverException(Throwable cause) {
            super("another command changes the setting of this backfill", cause);
        }
    }

    /**
     * @param producer a transactional producer whose id belongs to this key; closed with this object
     * @param reader reads the current setting
     */
    ExclusiveSetting(
            Producer<byte[], byte[]> producer, String topic, String key, Supplier<Optional<NamedBackfill>> reader) {
        this.producer = producer;
        this.topic = topic;
        this.key = key;
        this.reader = reader;
    }

    /** Ends the rights of others. @throws KafkaException if transactions cannot begin */
    void takeOver() {
        try {
            producer.initTransactions();
        } catch (KafkaException e) {
            throw takenOver(e);
        }
    }

    /**
     * The current setting.
     *
     * @return empty if the backfill has none, so that it runs
     * @throws io.sidetrack.common.settings.StartupException if the topic cannot be read
     */
    public Optional<NamedBackfill> read() {
        return reader.get();
    }

    /**
     * Replaces the setting. Returns when the change is committed.
     *
     * @throws TakenOverException if another command changes it; nothing is changed
     * @throws KafkaException if it is unknown whether the setting is changed
     */
    public void put(NamedBackfill setting) {
        try {
            producer.beginTransaction();
            var unused = producer.send(new ProducerRecord<>(
                    topic, ControlTopic.ONLY_PARTITION, key.getBytes(UTF_8), ControlJson.write(setting)));
            // Throws the failure of the send, if it has failed.
            producer.commitTransaction();
        } catch (KafkaException e) {
            throw takenOver(e);
        }
    }

    private static RuntimeException takenOver(KafkaException failure) {
        return TransactionFailure.of(failure) == TransactionFailure.FENCED ? new TakenOverException(failure) : failure;
    }

    @Override
    public void close() {
        producer.close(CLOSE_TIMEOUT);
    }
}
