package io.sidetrack.adversarial;

import io.sidetrack.sandbox.SandboxException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A producer for each compression, so that every kind of record arrives, and one for the neighbours. */
final class HostileProducers implements AutoCloseable {
    private final Map<Codec, Producer<byte[], byte[]>> hostile = new EnumMap<>(Codec.class);
    private final Producer<byte[], byte[]> neighbours;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    HostileProducers(String bootstrapServers) {
        for (Codec codec : Codec.values()) {
            hostile.put(codec, open(bootstrapServers, codec));
        }
        neighbours = open(bootstrapServers, Codec.NONE);
    }

    private static Producer<byte[], byte[]> open(String bootstrapServers, Codec codec) {
        Map<String, Object> properties = new HashMap<>();
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("compression.type", codec.property());
        properties.put("max.request.size", 32 * 1024 * 1024);
        properties.put("linger.ms", 20);
        // Many bombs in one batch: a consumer cannot fetch a part of it.
        properties.put("batch.size", 256 * 1024);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void send(HostileRecord record, String topic, Account account) {
        var unused = hostile.get(record.codec()).send(record.to(topic), (metadata, problem) -> {
            if (problem == null) {
                account.sent(record, metadata);
            } else {
                failure.compareAndSet(null, new SandboxException(record.kind() + " was not accepted", problem));
            }
        });
    }

    void send(ProducerRecord<byte[], byte[]> neighbour) {
        var unused = neighbours.send(neighbour, (metadata, problem) -> failure.compareAndSet(null, problem));
    }

    /**
     * Returns when all are acknowledged.
     *
     * @throws SandboxException if one was not
     */
    void flush() {
        hostile.values().forEach(Producer::flush);
        neighbours.flush();
        if (failure.get() != null) {
            throw new SandboxException("the broker did not accept a record", failure.get());
        }
    }

    @Override
    public void close() {
        hostile.values().forEach(Producer::close);
        neighbours.close();
    }
}
