package io.sidetrack.writer.commit;

import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** The clients of the writer's Streams application: Kafka's own, with the gate around each thread's producer. */
public final class CommitGate implements KafkaClientSupplier {
    private final ThreadWriters writers;
    private final GateLimits limits;
    private final BooleanSupplier stopping;
    private final GateEvents events;

    /** @param stopping whether the Streams client is being closed */
    public CommitGate(ThreadWriters writers, GateLimits limits, BooleanSupplier stopping, GateEvents events) {
        this.writers = writers;
        this.limits = limits;
        this.stopping = stopping;
        this.events = events;
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new GatedProducer(
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()),
                writers,
                limits,
                stopping,
                events);
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return getConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return getConsumer(config);
    }
}
