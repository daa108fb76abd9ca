package io.sidetrack.bench.contender;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** A consumer that writes one record at a time, as in the incident. */
public final class OneByOneMain {
    private OneByOneMain() {}

    public static void main(String[] args) {
        Job job = Job.of(args);
        try (var client = job.client();
                var consumer = job.consumer("one-by-one", Map.of("max.poll.records", 50))) {
            consumer.subscribe(List.of(job.topic()));
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(100))) {
                    client.putItem(put -> put.tableName(job.table()).item(Items.of(record.value())))
                            .join();
                }
            }
        }
    }
}
