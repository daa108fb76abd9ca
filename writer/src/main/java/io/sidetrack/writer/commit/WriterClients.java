package io.sidetrack.writer.commit;

import io.sidetrack.common.poll.BoundedConsumer;
import io.sidetrack.writer.thread.ThreadWriters;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/** The clients of the writer's Streams application: Kafka's own, with the commit gate around each thread's producer. */
public final class WriterClients implements KafkaClientSupplier {
    private final ThreadWriters writers;
    private final GateEvents events;

    public WriterClients(ThreadWriters writers, GateEvents events) {
        this.writers = writers;
        this.events = events;
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        return new CommitGate(
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()), writers, events);
    }

    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return Admin.create(config);
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return new BoundedConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return getRestoreConsumer(config);
    }
}
