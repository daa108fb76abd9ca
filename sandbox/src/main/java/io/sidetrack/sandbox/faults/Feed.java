package io.sidetrack.sandbox.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends records to a source at a steady rate, whatever happens to the brokers. Every second step is a transaction, of which
 * one in eight is aborted. It does not matter whether a step with an unknown outcome is in the source: the audit reads the
 * source itself. One thread runs it; the other methods are thread-safe.
 */
final class Feed implements Runnable {
    private static final int PARTITIONS = 6;
    private static final int KEYS = 5_000;
    private static final int VALUE_BYTES = 100;
    /** {@code max.message.bytes} of the source and of the lanes. */
    static final int MAX_MESSAGE_BYTES = 250_000;
    /** The size of a value that the source accepts, because it is compressed, and that a lane without compression rejects. */
    private static final int TOO_LARGE_BYTES = 300_000;

    private static final int STEPS_PER_SECOND = 10;
    private static final Duration STEP = Duration.ofMillis(1000 / STEPS_PER_SECOND);

    private final String bootstrapServers;
    private final String source;
    private final SplittableRandom random;
    private final AtomicLong sent = new AtomicLong();
    private volatile int perSecond;
    private final long atLeast;
    private volatile boolean mayEnd;
    private volatile Exception failure;
    private int number;

    /**
     * @param perSecond the rate until {@link #finish} is called
     * @param atLeast the number of acknowledged records after which it may end
     */
    Feed(String bootstrapServers, String source, int perSecond, long atLeast, long seed) {
        this.bootstrapServers = bootstrapServers;
        this.source = source;
        this.perSecond = perSecond;
        this.atLeast = atLeast;
        this.random = new SplittableRandom(seed);
    }

    static int partitions() {
        return PARTITIONS;
    }

    /** The number of records that were acknowledged and not aborted. */
    long sent() {
        return sent.get();
    }

    /** The exception that ended the feed; null if there was none. */
    Exception failure() {
        return failure;
    }

    /** Sends at full speed from now on, and ends when enough records have been sent. */
    void finish() {
        perSecond = 20_000;
        mayEnd = true;
    }

    @Override
    public void run() {
        try (KafkaProducer<byte[], byte[]> plain = producer(Map.of())) {
            KafkaProducer<byte[], byte[]> transactional = transactional();
            try {
                long next = System.nanoTime();
                for (int step = 0; !mayEnd || sent.get() < atLeast; step++) {
                    if (step % 2 == 0) {
                        plain(plain);
                    } else if (!transaction(transactional)) {
                        transactional.close(Duration.ZERO);
                        transactional = transactional();
                    }
                    next += STEP.toNanos();
                    TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
                    // After an outage, the feed does not catch up.
                    next = Math.max(next, System.nanoTime() - STEP.toNanos());
                }
            } finally {
                transactional.close(Duration.ofSeconds(5));
            }
            // So that each partition ends with a record, whose offset a group can commit, and not with a transaction
            // marker.
            for (int partition = 0; partition < PARTITIONS; partition++) {
                plain.send(record(partition)).get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            failure = e;
        }
    }

    private void plain(KafkaProducer<byte[], byte[]> producer) {
        for (int i = 0; i < perSecond / STEPS_PER_SECOND; i++) {
            var unused = producer.send(record(random.nextInt(PARTITIONS)), (metadata, thrown) -> {
                if (thrown == null) {
                    sent.incrementAndGet();
                }
            });
        }
        producer.flush();
    }

    /** @return false if the producer can no longer be used */
    private boolean transaction(KafkaProducer<byte[], byte[]> producer) {
        int records = perSecond / STEPS_PER_SECOND;
        boolean aborts = random.nextInt(8) == 0;
        try {
            producer.beginTransaction();
            for (int i = 0; i < records; i++) {
                var unused = producer.send(record(random.nextInt(PARTITIONS)));
            }
            if (aborts) {
                producer.flush();
                producer.abortTransaction();
            } else {
                producer.commitTransaction();
                sent.addAndGet(records);
            }
            return true;
        } catch (KafkaException e) {
            // A broker was killed during the transaction. The next producer with the same id completes or aborts it.
            return false;
        }
    }

    private KafkaProducer<byte[], byte[]> transactional() {
        while (true) {
            KafkaProducer<byte[], byte[]> producer = producer(Map.of("transactional.id", "feed-" + source));
            try {
                producer.initTransactions();
                return producer;
            } catch (KafkaException e) {
                // The coordinator is moving. The time limit of the run ends the retries.
                producer.close(Duration.ZERO);
                if (Thread.currentThread().isInterrupted()) {
                    throw e;
                }
            }
        }
    }

    private KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
        Map<String, Object> properties = new HashMap<>(more);
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("acks", "all");
        properties.put("enable.idempotence", true);
        properties.put("linger.ms", 5);
        properties.put("compression.type", "lz4");
        properties.put("transaction.timeout.ms", 10_000);
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /**
     * The next record. Each key belongs to one partition of the source. One record in 50 has no key, one in 1,000 is a
     * tombstone, and one in 20,000 is larger than a lane accepts.
     */
    private ProducerRecord<byte[], byte[]> record(int partition) {
        int n = number++;
        byte[] key = n % 50 == 0 ? null : ("p" + partition + "-k" + random.nextInt(KEYS / PARTITIONS)).getBytes(UTF_8);
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        if (n % 20_000 == 10_000) {
            value = Arrays.copyOf(value, TOO_LARGE_BYTES);
        }
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(source, partition, null, key, n % 1000 == 999 ? null : value);
        record.headers().add("n", Integer.toString(n).getBytes(UTF_8));
        if (random.nextBoolean()) {
            record.headers().add("x-backfill", "faults".getBytes(UTF_8));
        }
        return record;
    }
}
