package io.sidetrack.router.batch;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Clients of a Streams application that give a test access to its producers and their configurations.
 *
 * @param more additional properties of the producers
 */
public record ObservedClients(
        KafkaClientSupplier clients,
        Map<String, Object> more,
        List<Map<String, Object>> configurations,
        List<Producer<byte[], byte[]>> producers)
        implements KafkaClientSupplier {
    @Override
    public Admin getAdmin(Map<String, Object> config) {
        return clients.getAdmin(config);
    }

    @Override
    public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
        Map<String, Object> all = new HashMap<>(config);
        all.putAll(more);
        Producer<byte[], byte[]> producer = clients.getProducer(all);
        configurations.add(all);
        producers.add(producer);
        return producer;
    }

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
        return clients.getConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
        return clients.getRestoreConsumer(config);
    }

    @Override
    public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
        return clients.getGlobalConsumer(config);
    }
}
