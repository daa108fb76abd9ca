package io.sidetrack.bench.contender;

import io.confluent.parallelconsumer.ParallelConsumerOptions;
import io.confluent.parallelconsumer.ParallelConsumerOptions.ProcessingOrder;
import io.confluent.parallelconsumer.reactor.ReactorProcessor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import reactor.core.publisher.Mono;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/** Confluent's Parallel Consumer with its asynchronous processor, in batches of 25, ordered by key. */
public final class ParallelConsumerMain {
    private ParallelConsumerMain() {}

    public static void main(String[] args) throws InterruptedException {
        Job job = Job.of(args);
        var client = job.client();
        var options = ParallelConsumerOptions.<byte[], byte[]>builder()
                .consumer(job.consumer("parallel-consumer", Map.of("enable.auto.commit", false)))
                .ordering(ProcessingOrder.KEY)
                .maxConcurrency(job.inFlight())
                .batchSize(Job.BATCH)
                .build();
        ReactorProcessor<byte[], byte[]> processor = new ReactorProcessor<>(options);
        processor.subscribe(List.of(job.topic()));
        processor.react(polled -> {
            List<WriteRequest> batch = polled.getConsumerRecordsFlattened().stream()
                    .map(record -> Items.put(record.value()))
                    .toList();
            return Mono.fromFuture(client.batchWriteItem(write -> write.requestItems(Map.of(job.table(), batch))));
        });
        new CountDownLatch(1).await();
    }
}
