package io.sidetrack.bench.contender;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * A hand-written loop that keeps a number of batches in flight, and does nothing else. It does not keep the order or retry,
 * commits records that are not durable, and waits forever for a response that is lost.
 */
public final class AsyncLoopMain {
    private AsyncLoopMain() {}

    public static void main(String[] args) throws InterruptedException {
        Job job = Job.of(args);
        Semaphore inFlight = new Semaphore(job.inFlight());
        try (var client = job.client();
                var consumer = job.consumer("async-loop", Map.of("max.poll.records", 5000))) {
            consumer.subscribe(List.of(job.topic()));
            List<WriteRequest> batch = new ArrayList<>(Job.BATCH);
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    batch.add(Items.put(record.value()));
                    if (batch.size() == Job.BATCH) {
                        List<WriteRequest> full = batch;
                        inFlight.acquire();
                        var unused = client.batchWriteItem(write -> write.requestItems(Map.of(job.table(), full)))
                                .whenComplete((response, failure) -> inFlight.release());
                        batch = new ArrayList<>(Job.BATCH);
                    }
                }
            }
        }
    }
}
