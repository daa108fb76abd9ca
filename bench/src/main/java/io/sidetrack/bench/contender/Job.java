package io.sidetrack.bench.contender;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import software.amazon.awssdk.http.crt.AwsCrtAsyncHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * The arguments of a contender.
 *
 * @param inFlight the maximum number of batches in flight
 */
record Job(String bootstrapServers, String topic, String table, int inFlight) {
    static final int BATCH = 25;

    static Job of(String[] args) {
        return new Job(args[0], args[1], args[2], Integer.parseInt(args[3]));
    }

    /** A consumer with a new group, which starts at the topic's beginning. */
    KafkaConsumer<byte[], byte[]> consumer(String group, Map<String, Object> more) {
        Map<String, Object> config = new HashMap<>();
        config.put(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group + "-" + System.nanoTime());
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.putAll(more);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** The SDK's client with default settings and a connection for each call in flight. */
    DynamoDbAsyncClient client() {
        return DynamoDbAsyncClient.builder()
                .httpClientBuilder(AwsCrtAsyncHttpClient.builder().maxConcurrency(inFlight + 1))
                .build();
    }
}
