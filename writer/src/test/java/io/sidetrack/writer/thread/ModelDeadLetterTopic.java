package io.sidetrack.writer.thread;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;

/** A dead-letter topic behind a producer: it fails with the weather, and never takes a record that is too large. */
final class ModelDeadLetterTopic {
    private final ModelClient client;
    private final ModelLane lane;
    private final VirtualTime time;
    private final SplittableRandom random;

    ModelDeadLetterTopic(ModelClient client, ModelLane lane, VirtualTime time, SplittableRandom random) {
        this.client = client;
        this.lane = lane;
        this.time = time;
        this.random = random;
    }

    /** The writer's dead-letter topic sends and closes, and needs nothing else. */
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
        RecordMetadata metadata = new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, 0, 0, 0);
        boolean tooLarge = bytes(record) > ModelLane.DEAD_LETTER_BYTES;
        Exception failure = tooLarge
                ? new RecordTooLargeException("too large")
                : client.weather().failsBroker(random) ? new TimeoutException("no leader") : null;
        if (tooLarge && random.nextBoolean()) {
            // The producer itself finds it too large, and calls back at once.
            callback.onCompletion(metadata, failure);
        } else {
            time.after(client.weather().latencyNanos(random), client, () -> {
                if (failure == null) {
                    acknowledged(record);
                }
                callback.onCompletion(failure == null ? metadata : null, failure);
            });
        }
        return new CompletableFuture<>();
    }

    private void acknowledged(ProducerRecord<byte[], byte[]> record) {
        int partition = Integer.parseInt(header(record, "__streams.errors.partition"));
        int offset = Integer.parseInt(header(record, "__streams.errors.offset"));
        ModelLane.Entry entry = lane.partitions.get(partition).get(offset);
        if (entry.kind() == ModelLane.Kind.PUT || entry.kind() == ModelLane.Kind.DELETE) {
            throw new AssertionError("W3: the good record " + entry + " is a dead letter");
        }
        lane.deadLettered.add(entry.number());
    }

    private static String header(ProducerRecord<byte[], byte[]> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    private static int bytes(ProducerRecord<byte[], byte[]> record) {
        int bytes =
                (record.key() == null ? 0 : record.key().length) + (record.value() == null ? 0 : record.value().length);
        for (Header header : record.headers()) {
            bytes += header.key().length() + (header.value() == null ? 0 : header.value().length);
        }
        return bytes;
    }
}
