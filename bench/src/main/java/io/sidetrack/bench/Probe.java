package io.sidetrack.bench;

import io.sidetrack.sandbox.Screen;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Sends numbered live records at a steady rate, and records the time at which each is read from a topic. */
final class Probe {
    private static final String HEADER = "bench-number";

    private final String bootstrapServers;

    Probe(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /**
     * Sends records.
     *
     * @return the time at which each was sent, in ns of this JVM's clock
     */
    Map<Long, Long> send(String topic, long first, int records, int perSecond, Screen screen) {
        Map<Long, Long> sent = new ConcurrentHashMap<>();
        long start = System.nanoTime();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "linger.ms", 0),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < records; i++) {
                awaitTurn(start, i, perSecond);
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, number(first + i), new byte[150]);
                record.headers().add(HEADER, number(first + i));
                sent.put(first + i, System.nanoTime());
                var unused = producer.send(record);
                screen.status(Screen.progress("sending:", i, records, perSecond));
            }
        }
        return sent;
    }

    /** Waits until record {@code number} is due, at a rate of {@code perSecond} from {@code startNanos} on. */
    static void awaitTurn(long startNanos, int number, int perSecond) {
        long due = startNanos + number * TimeUnit.SECONDS.toNanos(1) / perSecond;
        while (System.nanoTime() < due) {
            LockSupport.parkNanos(due - System.nanoTime());
        }
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    /** Reads a topic's committed records, from its present end on, on a thread of its own. */
    Reader read(String topic) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        Collection<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                .map(PartitionInfo::partition)
                .map(partition -> new TopicPartition(topic, partition))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        return new Reader(consumer);
    }

    /** Records the time at which each numbered record is read. */
    static final class Reader implements AutoCloseable {
        private final KafkaConsumer<byte[], byte[]> consumer;
        private final Map<Long, Long> seen = new ConcurrentHashMap<>();
        private final Thread thread;
        private volatile boolean closed;

        private Reader(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
            this.thread = new Thread(this::run, "reader");
            thread.setDaemon(true);
            thread.start();
        }

        private void run() {
            while (!closed) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    var number = record.headers().lastHeader(HEADER);
                    if (number != null) {
                        seen.putIfAbsent(ByteBuffer.wrap(number.value()).getLong(), System.nanoTime());
                    }
                }
            }
            consumer.close();
        }

        /** The time at which each number was read, in ns of this JVM's clock; a live view. */
        Map<Long, Long> seen() {
            return seen;
        }

        @Override
        public void close() {
            closed = true;
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** A quantile of some latencies, in ms. */
    static double quantile(List<Double> values, double share) {
        List<Double> sorted = new ArrayList<>(values);
        sorted.sort(null);
        return sorted.isEmpty()
                ? Double.NaN
                : sorted.get((int) Math.min(sorted.size() - 1L, Math.round(share * sorted.size())));
    }

    /** A formatted {@link #quantile}. */
    static String ms(List<Double> values, double share) {
        return String.format(Locale.ROOT, "%.1f ms", quantile(values, share));
    }
}
