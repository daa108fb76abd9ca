package io.sidetrack.writer.commit;

import io.sidetrack.writer.thread.ThreadWriter;
import io.sidetrack.writer.thread.ThreadWriters;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Future;
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
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.metrics.KafkaMetric;

/**
 * The commit gate: a producer that Streams flushes before each commit, and whose flush returns only when every record that
 * the thread has accepted is durable. All other calls are delegated to the actual producer.
 */
final class CommitGate implements Producer<byte[], byte[]> {
    private final Producer<byte[], byte[]> producer;
    private final ThreadWriters writers;
    private final GateEvents events;

    CommitGate(Producer<byte[], byte[]> producer, ThreadWriters writers, GateEvents events) {
        this.producer = producer;
        this.writers = writers;
        this.events = events;
    }

    /**
     * Waits for the thread's writes, dead letters and parked records, then flushes.
     *
     * @throws TimeoutException if they are not durable in time. On the interval, Streams then skips this commit, keeps the
     *     tasks as they are and tries again; at a revocation or a shutdown, it closes the tasks without committing, and
     *     their records are read again.
     */
    @Override
    public void flush() {
        Optional<ThreadWriter> writer = writers.ofThisThreadIfAny();
        CommitOccasion occasion = CommitOccasion.ofThisCall();
        if (writer.isPresent() && occasion != CommitOccasion.NONE) {
            drain(writer.get(), occasion == CommitOccasion.INTERVAL);
        }
        producer.flush();
    }

    private void drain(ThreadWriter writer, boolean canBePostponed) {
        long start = System.nanoTime();
        boolean durable = writer.drain(canBePostponed);
        events.drained(durable, System.nanoTime() - start);
        if (!durable) {
            throw new TimeoutException("writes in flight are not durable yet, so their offsets are not committed");
        }
    }

    @Override
    public void close() {
        // On the stream thread, before the consumer leaves the group.
        writers.retire();
        producer.close();
    }

    @Override
    public void close(Duration timeout) {
        // On the stream thread, before the consumer leaves the group.
        writers.retire();
        producer.close(timeout);
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
