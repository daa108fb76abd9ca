package io.sidetrack.common.status;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.status.StatusEntry.NameCounts;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Adds what a command has done to the status topic, as the services do. */
public final class StatusAddition {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private StatusAddition() {}

    /**
     * Adds counts to an entry. Returns when they are acknowledged.
     *
     * @param name the name of the backfill
     * @return false if the topic does not exist
     * @throws KafkaException if the topic may not be used, or the cluster does not respond
     */
    public static boolean add(
            KafkaProperties client,
            String topic,
            StatusKey key,
            String name,
            BackfillOutcome outcome,
            long records,
            Clock clock) {
        Optional<StatusEntry> before;
        try (StatusReader reader = StatusReader.open(client, topic, Set.of(key), TIMEOUT)) {
            if (!reader.read()) {
                return false;
            }
            before =
                    reader.entries(key.service()).stream().flatMap(List::stream).reduce((one, next) -> next);
        }
        StatusEntry after = new StatusEntry(
                key.service(),
                0,
                true,
                before.map(StatusEntry::sinceMs).orElseGet(clock::millis),
                clock.millis(),
                0,
                StatusEntry.sum(
                        before.map(StatusEntry::names).orElseGet(TreeMap::new),
                        Map.of(name, new NameCounts(clock.millis(), Map.of(outcome, records)))));
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(client.producer(), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, 0, StatusJson.write(key), StatusJson.write(after)))
                    .get();
            return true;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException failure ? failure : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptException(e);
        }
    }
}
