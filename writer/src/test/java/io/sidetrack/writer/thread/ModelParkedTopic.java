package io.sidetrack.writer.thread;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.ParkedBy;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A parked topic behind a producer with one request in flight. What is sent to a partition at the same time forms a batch. With bad
 * weather, a batch fails, before or after it has arrived, or no producer can be opened. The topic never takes a record that is too
 * large.
 */
final class ModelParkedTopic {
    private static final long DELIVERY_NANOS = 4000 * ModelTable.MS;

    private final ModelClient client;
    private final ModelLane lane;
    private final VirtualTime time;
    private final SplittableRandom random;
    private final RecordMetadata metadata = new RecordMetadata(new TopicPartition("parked", 0), 0, 0, 0, 0, 0);

    /** The batches of the current producer that have no outcome; the first one of a partition may be on its way. */
    private Map<Integer, List<Pending>> pending = new HashMap<>();

    ModelParkedTopic(ModelClient client, ModelLane lane, VirtualTime time, SplittableRandom random) {
        this.client = client;
        this.lane = lane;
        this.time = time;
        this.random = random;
    }

    private record Sent(ProducerRecord<byte[], byte[]> record, Callback callback) {
        boolean isTooLarge() {
            return record.value().length > ModelLane.DEAD_LETTER_BYTES;
        }
    }

    private final class Pending {
        final List<Sent> records = new ArrayList<>();
        final long sinceNanos = time.nowNanos();
        boolean isOnItsWay;
        /** Whether its producer was closed, so that it has no other outcome than that. */
        boolean isDropped;
    }

    /** The writer's parked topic sends and closes, and needs nothing else. */
    @SuppressWarnings("unchecked")
    Producer<byte[], byte[]> producer() {
        if (client.weather().failsBroker(random)) {
            throw new TimeoutException("the topic cannot be described");
        }
        Map<Integer, List<Pending>> mine = new HashMap<>();
        pending = mine;
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Producer.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "send" -> send((ProducerRecord<byte[], byte[]>) arguments[0], (Callback) arguments[1], mine);
                    case "close" -> {
                        close(mine);
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private CompletableFuture<RecordMetadata> send(
            ProducerRecord<byte[], byte[]> record, Callback callback, Map<Integer, List<Pending>> mine) {
        if (mine != pending) {
            throw new IllegalStateException("closed");
        }
        require(ParkedBy.of(record.headers()).orElse(null) == ParkedBy.WRITER, "a record is not marked as parked");
        if (client.weather().failsBroker(random) && random.nextInt(10) == 0) {
            // Without metadata, the producer fails at once.
            callback.onCompletion(null, new TimeoutException("not present in metadata"));
            return new CompletableFuture<>();
        }
        List<Pending> batches = mine.computeIfAbsent(record.partition(), any -> new ArrayList<>());
        if (batches.isEmpty() || batches.get(batches.size() - 1).isOnItsWay) {
            batches.add(new Pending());
            if (batches.size() == 1) {
                time.after(ModelTable.MS, client, () -> begin(record.partition(), batches));
            }
        }
        batches.get(batches.size() - 1).records.add(new Sent(record, callback));
        return new CompletableFuture<>();
    }

    /** Sends the next batch of a partition. */
    private void begin(int partition, List<Pending> batches) {
        if (batches.isEmpty()) {
            return;
        }
        Pending batch = batches.get(0);
        batch.isOnItsWay = true;
        boolean late = time.nowNanos() - batch.sinceNanos > DELIVERY_NANOS;
        boolean fails = late || client.weather().failsBroker(random);
        long latency = client.weather().latencyNanos(random);
        if (!late) {
            require(
                    client.group.isOwnedBy(client, partition),
                    "a record is parked by a process that has lost its partition");
            if (!fails || random.nextBoolean()) {
                arrive(partition, batch, (long) (latency * random.nextDouble()));
            }
        }
        time.after(latency, client, () -> {
            if (batch.isDropped) {
                return;
            }
            batches.remove(batch);
            for (Sent sent : batch.records) {
                if (sent.isTooLarge()) {
                    sent.callback.onCompletion(null, new RecordTooLargeException("too large"));
                } else if (fails) {
                    sent.callback.onCompletion(null, new TimeoutException("no leader"));
                } else {
                    sent.callback.onCompletion(metadata, null);
                }
            }
            begin(partition, batches);
        });
    }

    /** A batch that is on its way arrives even if its process is frozen meanwhile, but not after its process has died. */
    private void arrive(int partition, Pending batch, long nanos) {
        int epoch = lane.epoch[partition];
        time.after(nanos, null, () -> {
            if (client.isKilled()) {
                return;
            }
            require(epoch == lane.epoch[partition], "a record is parked when another owner has its partition");
            for (Sent sent : batch.records) {
                if (!sent.isTooLarge()) {
                    ModelLane.Entry entry = lane.partitions.get(partition).get(offset(sent.record));
                    client.group.checkOlder(entry, partition);
                    lane.parked.get(partition).add(entry.number());
                }
            }
        });
    }

    /** Drops everything that has no outcome; a batch that is on its way arrives nevertheless. */
    private void close(Map<Integer, List<Pending>> mine) {
        if (mine != pending) {
            return;
        }
        pending = new HashMap<>();
        for (List<Pending> batches : mine.values()) {
            for (Pending batch : batches) {
                batch.isDropped = true;
                time.after(
                        0,
                        client,
                        () -> batch.records.forEach(
                                sent -> sent.callback.onCompletion(null, new KafkaException("closed"))));
            }
            batches.clear();
        }
    }

    /** Fails the simulation, because the writer treats an exception of its producer as an outage. */
    private void require(boolean holdsTrue, String otherwise) {
        if (!holdsTrue) {
            time.after(0, null, () -> {
                throw new AssertionError(otherwise);
            });
        }
    }

    /** The model of a lane adds the offset of a record as a header. */
    private static int offset(ProducerRecord<byte[], byte[]> record) {
        return Integer.parseInt(new String(record.headers().lastHeader("offset").value(), UTF_8));
    }
}
