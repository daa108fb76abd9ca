package io.sidetrack.ops;

import io.sidetrack.sandbox.SandboxBroker;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** A transactional producer, like that of a router or an upstream service. */
final class Transactions implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;

    Transactions(SandboxBroker broker, String id) {
        this(broker, id, Duration.ofMinutes(1));
    }

    /** @param timeout after which the broker aborts a transaction */
    Transactions(SandboxBroker broker, String id, Duration timeout) {
        producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        broker.bootstrapServers(),
                        "transactional.id",
                        id,
                        "transaction.timeout.ms",
                        (int) timeout.toMillis()),
                new ByteArraySerializer(),
                new ByteArraySerializer());
        producer.initTransactions();
    }

    /** Sends records to the first partitions of a topic in a transaction that stays open. */
    Transactions begin(String topic, int partitions, int each) {
        producer.beginTransaction();
        for (int i = 0; i < each * partitions; i++) {
            var unused = producer.send(new ProducerRecord<>(topic, i % partitions, null, new byte[1]));
        }
        producer.flush();
        return this;
    }

    /** Sends a record in a transaction that stays open. */
    void begin(ProducerRecord<byte[], byte[]> record) {
        producer.beginTransaction();
        var unused = producer.send(record);
        producer.flush();
    }

    /** Sends records in a transaction and commits it. */
    @SafeVarargs
    final void send(ProducerRecord<byte[], byte[]>... records) {
        producer.beginTransaction();
        for (ProducerRecord<byte[], byte[]> record : records) {
            var unused = producer.send(record);
        }
        producer.commitTransaction();
    }

    /** Sends records in a transaction and commits it. */
    void send(List<ProducerRecord<byte[], byte[]>> records) {
        producer.beginTransaction();
        for (ProducerRecord<byte[], byte[]> record : records) {
            var unused = producer.send(record);
        }
        producer.commitTransaction();
    }

    void commit() {
        producer.commitTransaction();
    }

    void abort() {
        producer.abortTransaction();
    }

    @Override
    public void close() {
        producer.close();
    }
}
