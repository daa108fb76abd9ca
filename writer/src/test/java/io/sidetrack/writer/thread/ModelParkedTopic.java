package io.sidetrack.writer.thread;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.ParkedBy;
import java.lang.reflect.Proxy;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * A parked topic behind an idempotent producer. The records of a partition arrive in the order in which they were sent, if they
 * do: with bad weather, any of them can fail, before or after it has arrived. The topic never takes a record that is too large.
 */
final class ModelParkedTopic {
    private final ModelClient client;
    private final ModelLane lane;
    private final VirtualTime time;
    private final SplittableRandom random;
    /** By partition, when the last record arrives. */
    private final long[] lastArrivalNanos;

    ModelParkedTopic(ModelClient client, ModelLane lane, VirtualTime time, SplittableRandom random) {
        this.client = client;
        this.lane = lane;
        this.time = time;
        this.random = random;
        this.lastArrivalNanos = new long[lane.committed.length];
    }

    /** The writer's parked topic sends and closes, and needs nothing else. */
    @SuppressWarnings("unchecked")
    Producer<byte[], byte[]> producer() {
        return (Producer<byte[], byte[]>) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Producer.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("send") || arguments.length != 2) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return send((ProducerRecord<byte[], byte[]>) arguments[0], (Callback) arguments[1]);
                });
    }

    private CompletableFuture<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        require(ParkedBy.of(record.headers()).orElse(null) == ParkedBy.WRITER, "a record is not marked as parked");
        require(
                client.group.isOwnedBy(client, record.partition()),
                "a record is parked by a process that has lost its partition");
        RecordMetadata metadata = new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, 0, 0, 0);
        boolean fails = client.weather().failsBroker(random);
        if (record.value().length > ModelLane.DEAD_LETTER_BYTES) {
            answer(callback, null, new RecordTooLargeException("too large"));
        } else if (fails && random.nextInt(3) == 0) {
            // Without metadata, the producer fails at once.
            callback.onCompletion(null, new TimeoutException("not present in metadata"));
        } else {
            if (!fails || random.nextInt(3) == 0) {
                arrive(record.partition(), offset(record));
            }
            answer(callback, fails ? null : metadata, fails ? new TimeoutException("no leader") : null);
        }
        return new CompletableFuture<>();
    }

    /** Fails the simulation, because the writer treats an exception of its producer as an outage. */
    private void require(boolean holdsTrue, String otherwise) {
        if (!holdsTrue) {
            time.after(0, null, () -> {
                throw new AssertionError(otherwise);
            });
        }
    }

    /** A record that is on its way arrives even if its process is frozen meanwhile, but not after its process has died. */
    private void arrive(int partition, int offset) {
        int number = lane.partitions.get(partition).get(offset).number();
        int epoch = lane.epoch[partition];
        time.after(arrivesIn(partition), null, () -> {
            if (!client.isKilled()) {
                if (epoch != lane.epoch[partition]) {
                    throw new AssertionError("record %d of owner %d is parked when owner %d has the partition"
                            .formatted(number, epoch, lane.epoch[partition]));
                }
                lane.parked.get(partition).add(number);
            }
        });
    }

    private long arrivesIn(int partition) {
        long now = time.nowNanos();
        long at = now + (long) (client.weather().latencyNanos(random) * random.nextDouble());
        lastArrivalNanos[partition] = Math.max(at, lastArrivalNanos[partition]);
        return lastArrivalNanos[partition] - now;
    }

    private void answer(Callback callback, RecordMetadata metadata, Exception failure) {
        long latest = 0;
        for (long arrival : lastArrivalNanos) {
            latest = Math.max(latest, arrival - time.nowNanos());
        }
        time.after(latest + random.nextInt(20) * ModelTable.MS, client, () -> callback.onCompletion(metadata, failure));
    }

    /** The model of a lane adds the offset of a record as a header. */
    private static int offset(ProducerRecord<byte[], byte[]> record) {
        return Integer.parseInt(new String(record.headers().lastHeader("offset").value(), UTF_8));
    }
}
