package io.sidetrack.bench.contender;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A loop as an engineer would write it in an afternoon: it reads records, tests for the header and sends, with the router's
 * own producer settings. It commits every 100 ms with transactions and every 5 s without. Optionally it adds the original
 * timestamp as a header, as the router does, so that both write the same bytes to the lanes.
 */
public final class RouteLoopMain {
    private RouteLoopMain() {}

    /** Arguments: brokers, source, live lane, backfill lane, and two booleans: transactions, header. */
    public static void main(String[] args) {
        boolean transactions = Boolean.parseBoolean(args[4]);
        String id = "route-loop-" + System.nanoTime();
        Map<String, Object> consumerConfig = new HashMap<>();
        consumerConfig.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        consumerConfig.put(ConsumerConfig.GROUP_ID_CONFIG, id);
        consumerConfig.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        consumerConfig.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumerConfig.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        Map<String, Object> producerConfig = new HashMap<>();
        producerConfig.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, args[0]);
        producerConfig.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        producerConfig.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        producerConfig.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        if (transactions) {
            producerConfig.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, id);
        }
        try (KafkaConsumer<byte[], byte[]> consumer =
                        new KafkaConsumer<>(consumerConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer());
                KafkaProducer<byte[], byte[]> producer =
                        new KafkaProducer<>(producerConfig, new ByteArraySerializer(), new ByteArraySerializer())) {
            if (transactions) {
                producer.initTransactions();
            }
            consumer.subscribe(List.of(args[1]));
            run(consumer, producer, args[2], args[3], transactions, Boolean.parseBoolean(args[5]));
        }
    }

    private static void run(
            KafkaConsumer<byte[], byte[]> consumer,
            KafkaProducer<byte[], byte[]> producer,
            String live,
            String backfill,
            boolean transactions,
            boolean header) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        AtomicReference<Exception> failure = new AtomicReference<>();
        long commitIntervalNanos = Duration.ofMillis(transactions ? 100 : 5000).toNanos();
        long committed = System.nanoTime();
        boolean open = false;
        while (failure.get() == null) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(100));
            if (transactions && !open && !records.isEmpty()) {
                producer.beginTransaction();
                open = true;
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                String lane = record.headers().lastHeader("x-backfill") == null ? live : backfill;
                if (header) {
                    record.headers()
                            .add(
                                    "sidetrack-timestamp",
                                    Long.toString(record.timestamp()).getBytes(US_ASCII));
                }
                var unused = producer.send(
                        new ProducerRecord<>(
                                lane, null, record.timestamp(), record.key(), record.value(), record.headers()),
                        (metadata, thrown) -> {
                            if (thrown != null) {
                                failure.compareAndSet(null, thrown);
                            }
                        });
            }
            offsets.putAll(records.nextOffsets());
            if (!offsets.isEmpty() && System.nanoTime() - committed >= commitIntervalNanos) {
                if (transactions) {
                    producer.sendOffsetsToTransaction(offsets, consumer.groupMetadata());
                    producer.commitTransaction();
                    open = false;
                } else {
                    producer.flush();
                    consumer.commitSync(offsets);
                }
                offsets.clear();
                committed = System.nanoTime();
            }
        }
        throw new IllegalStateException("a record was rejected", failure.get());
    }
}
