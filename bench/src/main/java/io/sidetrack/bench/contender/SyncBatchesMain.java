package io.sidetrack.bench.contender;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** A consumer that writes batches of 25, one after another. */
public final class SyncBatchesMain {
    private SyncBatchesMain() {}

    public static void main(String[] args) {
        Job job = Job.of(args);
        try (var client = job.client();
                var consumer = job.consumer("sync-batches", Map.of("max.poll.records", 20 * Job.BATCH))) {
            consumer.subscribe(List.of(job.topic()));
            while (true) {
                List<WriteRequest> batch = new ArrayList<>(Job.BATCH);
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    batch.add(Items.put(record.value()));
                    if (batch.size() == Job.BATCH) {
                        List<WriteRequest> full = batch;
                        client.batchWriteItem(write -> write.requestItems(Map.of(job.table(), full)))
                                .join();
                        batch = new ArrayList<>(Job.BATCH);
                    }
                }
                if (!batch.isEmpty()) {
                    List<WriteRequest> rest = batch;
                    client.batchWriteItem(write -> write.requestItems(Map.of(job.table(), rest)))
                            .join();
                }
            }
        }
    }
}
