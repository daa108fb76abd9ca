package io.sidetrack.writer.commit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * The commit gate: Streams flushes it before each commit, and the flush returns only when everything that the thread has
 * taken in is durable. All else goes to the producer that Streams would have had.
 */
final class GatedProducer implements Producer<byte[], byte[]> {
    /** How often a wait that can't be put off looks whether the process is being stopped. */
    private static final Duration SLICE = Duration.ofMillis(500);

    private final Producer<byte[], byte[]> producer;
    private final ThreadWriters writers;
    private final GateLimits limits;
    private final BooleanSupplier stopping;
    private final GateEvents events;

    GatedProducer(
            Producer<byte[], byte[]> producer,
            ThreadWriters writers,
            GateLimits limits,
            BooleanSupplier stopping,
            GateEvents events) {
        this.producer = producer;
        this.writers = writers;
        this.limits = limits;
        this.stopping = stopping;
        this.events = events;
    }

    /**
     * Waits for the thread's writes and dead letters, then flushes.
     *
     * @throws TimeoutException if they are not durable in time. On the interval Streams then skips this commit, keeps the
     *     tasks as they are and comes back; at a revocation or a stop it closes the tasks without committing, and their
     *     records are read again.
     */
    @Override
    public void flush() {
        Optional<ThreadWriter> writer = writers.ofThisThreadIfAny();
        CommitOccasion occasion = CommitOccasion.ofThisFlush();
        if (writer.isPresent() && occasion != CommitOccasion.NONE) {
            drain(writer.get(), occasion == CommitOccasion.INTERVAL);
        }
        producer.flush();
    }

    private void drain(ThreadWriter writer, boolean canBePutOff) {
        long start = System.nanoTime();
        try {
            // Only a poll can tell whether the partitions are still this member's; so Streams gets to poll.
            boolean inVain = writer.isQuarantined() && canBePutOff;
            boolean drained = writer.drain(inVain ? Duration.ZERO : limits.onInterval());
            if (!drained && canBePutOff) {
                writer.holdForCommit();
            } else {
                while (!drained && !writer.isAlarmed() && System.nanoTime() - start < limit().toNanos()) {
                    drained = writer.drain(SLICE);
                }
            }
            events.drained(drained, System.nanoTime() - start);
            if (!drained) {
                throw new TimeoutException("writes in flight are not durable yet, so their offsets are not committed");
            }
            writer.committing();
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private Duration limit() {
        return stopping.getAsBoolean() ? limits.onStop() : limits.onRevocation();
    }

    @Override
    public void close() {
        retire();
        producer.close();
    }

    @Override
    public void close(Duration timeout) {
        retire();
        producer.close(timeout);
    }

    /** Streams closes the producer on the stream thread, before the consumer leaves the group. */
    private void retire() {
        writers.retire(limits.afterLast(), stopping.getAsBoolean());
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return producer.send(record);
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record, Callback callback) {
        return producer.send(record, callback);
    }

    @Override
    public void initTransactions() {
        producer.initTransactions();
    }

    @Override
    public void beginTransaction() {
        producer.beginTransaction();
    }

    @Override
    public void sendOffsetsToTransaction(
            Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata groupMetadata) {
        producer.sendOffsetsToTransaction(offsets, groupMetadata);
    }

    @Override
    public void commitTransaction() {
        producer.commitTransaction();
    }

    @Override
    public void abortTransaction() {
        producer.abortTransaction();
    }

    @Override
    public void registerMetricForSubscription(KafkaMetric metric) {
        producer.registerMetricForSubscription(metric);
    }

    @Override
    public void unregisterMetricFromSubscription(KafkaMetric metric) {
        producer.unregisterMetricFromSubscription(metric);
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
        return producer.partitionsFor(topic);
    }

    @Override
    public Map<MetricName, ? extends Metric> metrics() {
        return producer.metrics();
    }

    @Override
    public Uuid clientInstanceId(Duration timeout) {
        return producer.clientInstanceId(timeout);
    }
}
