package io.sidetrack.bench.contender;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A hand-written version guard: a consumer that writes each record if it is newer, one at a time for each partition. */
public final class ConditionalPutsMain {
    private static final int QUEUE_CAPACITY = 1000;
    private static final int RESUME_BELOW = 200;

    private final Job job;
    private final DynamoDbAsyncClient client;
    private final Semaphore calls;
    private final Map<TopicPartition, BlockingQueue<ConsumerRecord<byte[], byte[]>>> queues = new ConcurrentHashMap<>();

    private ConditionalPutsMain(Job job) {
        this.job = job;
        this.client = job.client();
        this.calls = new Semaphore(job.inFlight());
    }

    public static void main(String[] args) {
        new ConditionalPutsMain(Job.of(args)).run();
    }

    private void run() {
        try (var consumer = job.consumer("conditional-puts", Map.of("max.poll.records", 100))) {
            consumer.subscribe(List.of(job.topic()));
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(10))) {
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    var queue = queues.computeIfAbsent(partition, this::start);
                    queue.add(record);
                    if (queue.remainingCapacity() < QUEUE_CAPACITY / 2) {
                        consumer.pause(List.of(partition));
                    }
                }
                consumer.resume(consumer.paused().stream()
                        .filter(partition -> queues.get(partition).size() < RESUME_BELOW)
                        .toList());
            }
        }
    }

    private BlockingQueue<ConsumerRecord<byte[], byte[]>> start(TopicPartition partition) {
        BlockingQueue<ConsumerRecord<byte[], byte[]>> queue = new ArrayBlockingQueue<>(QUEUE_CAPACITY);
        Thread thread = new Thread(() -> work(queue), partition.toString());
        thread.setDaemon(true);
        thread.start();
        return queue;
    }

    private void work(BlockingQueue<ConsumerRecord<byte[], byte[]>> queue) {
        try {
            while (true) {
                ConsumerRecord<byte[], byte[]> record = queue.take();
                Map<String, AttributeValue> item = Items.of(record.value());
                AttributeValue version = AttributeValue.fromN(Long.toString(record.timestamp()));
                item.put("version", version);
                calls.acquire();
                try {
                    client.putItem(put -> put.tableName(job.table())
                                    .item(item)
                                    .conditionExpression("attribute_not_exists(version) OR version < :v")
                                    .expressionAttributeValues(Map.of(":v", version)))
                            .join();
                } finally {
                    calls.release();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
