package io.sidetrack.router.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** The record that stands for many in Streams. */
class RecordBatchTest {
    private final List<ConsumerRecord<byte[], byte[]>> records = List.of(
            new ConsumerRecord<>("t", 3, 17, new byte[1], new byte[1]),
            new ConsumerRecord<>("t", 3, 18, null, null),
            new ConsumerRecord<>("t", 3, 25, new byte[1], new byte[1]));

    /** So that a commit before the batch is processed loses no record. */
    @Test
    void batchHasTheOffsetOfItsFirstRecord() {
        ConsumerRecord<byte[], byte[]> one = RecordBatch.of(records);
        assertThat(one.offset()).isEqualTo(17);
        assertThat(one.partition()).isEqualTo(3);
        assertThat(RecordBatch.in(one.headers())).contains(records);
    }

    @Test
    void headerFromATopicIsNeverABatch() {
        assertThat(RecordBatch.in(new RecordHeaders().add("sidetrack-batch", new byte[] {1})))
                .isEmpty();
        assertThat(RecordBatch.in(new RecordHeaders())).isEmpty();
    }
}
