package io.sidetrack.router.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** One record for many, as far as Streams may see it. */
class RecordBatchTest {
    private final List<ConsumerRecord<byte[], byte[]>> records = List.of(
            new ConsumerRecord<>("t", 3, 17, new byte[1], new byte[1]),
            new ConsumerRecord<>("t", 3, 18, null, null),
            new ConsumerRecord<>("t", 3, 25, new byte[1], new byte[1]));

    @Test
    void recordForManyHasTheOffsetOfTheFirstSoThatACommitBeforeItIsProcessedLosesNone() {
        ConsumerRecord<byte[], byte[]> one = RecordBatch.of(records);
        assertThat(one.offset()).isEqualTo(17);
        assertThat(one.partition()).isEqualTo(3);
        assertThat(RecordBatch.in(one.headers())).contains(records);
    }

    @Test
    void headerOfTheNameFromATopicIsNoBatch() {
        assertThat(RecordBatch.in(new RecordHeaders().add("sidetrack-batch", new byte[] {1})))
                .isEmpty();
        assertThat(RecordBatch.in(new RecordHeaders())).isEmpty();
    }
}
