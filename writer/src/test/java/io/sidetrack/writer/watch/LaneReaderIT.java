package io.sidetrack.writer.watch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.writer.share.PartitionOffsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** The times of records in a lane with transactions, on a real broker. */
class LaneReaderIT {
    private static final String LANE = "orders-live";

    private KafkaProducer<byte[], byte[]> producer;

    private RecordMetadata send(int partition) throws Exception {
        return producer.send(new ProducerRecord<>(LANE, partition, null, "v".getBytes(UTF_8)))
                .get(30, TimeUnit.SECONDS);
    }

    @Test
    void findsTheFirstCommittedRecordOfEachPartitionAndSkipsMarkersAndAbortedRecords() throws Exception {
        try (SandboxBroker broker = SandboxBroker.start();
                SandboxTopics topics = new SandboxTopics(broker.bootstrapServers())) {
            topics.createLane(LANE, 3);
            Map<String, Object> config =
                    Map.of("bootstrap.servers", broker.bootstrapServers(), "transactional.id", "router");
            KafkaProperties client = KafkaProperties.of(Map.of("bootstrap.servers", broker.bootstrapServers()));
            try (KafkaProducer<byte[], byte[]> open =
                            new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
                    LaneReader reader = LaneReader.open(client, "lag", LANE)) {
                producer = open;
                producer.initTransactions();
                producer.beginTransaction();
                RecordMetadata first = send(0);
                send(1);
                producer.commitTransaction();
                producer.beginTransaction();
                send(0);
                send(1);
                producer.abortTransaction();
                producer.beginTransaction();
                RecordMetadata last = send(0);
                producer.commitTransaction();

                // Partition 0: record, marker, aborted record, marker, record, marker. Partition 1: without the last
                // two.
                assertThat(reader.read(Map.of(
                                0,
                                new PartitionOffsets(0, 6),
                                1,
                                new PartitionOffsets(1, 4),
                                2,
                                new PartitionOffsets(0, 0))))
                        .isEqualTo(Map.of(
                                0,
                                OptionalLong.of(first.timestamp()),
                                1,
                                OptionalLong.empty(),
                                2,
                                OptionalLong.empty()));
                assertThat(reader.read(Map.of(0, new PartitionOffsets(1, 6))))
                        .isEqualTo(Map.of(0, OptionalLong.of(last.timestamp())));
                assertThat(reader.read(Map.of(0, new PartitionOffsets(5, 6))))
                        .isEqualTo(Map.of(0, OptionalLong.empty()));
                try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
                    admin.deleteRecords(Map.of(new TopicPartition(LANE, 0), RecordsToDelete.beforeOffset(2)))
                            .all()
                            .get(30, TimeUnit.SECONDS);
                }
                assertThat(reader.read(Map.of(0, new PartitionOffsets(0, 6))))
                        .isEqualTo(Map.of(0, OptionalLong.of(last.timestamp())));
                // An end that is never reached: the read ends by itself, and at once when it is closed.
                assertThat(reader.read(Map.of(2, new PartitionOffsets(0, 1)))).isEmpty();
                Thread closing = new Thread(reader::close);
                closing.start();
                reader.read(Map.of(2, new PartitionOffsets(0, 1)));
                closing.join(4000);
                assertThat(closing.isAlive()).isFalse();
                assertThat(List.copyOf(reader.read(Map.of(0, new PartitionOffsets(0, 6)))
                                .keySet()))
                        .isEmpty();
            }
        }
    }
}
