package io.sidetrack.ops.parked;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.topic.TopicIdentity;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** What a writer has parked twice returns once, and what two groups have parked returns for both. */
class LaneOrderTest {
    private final LaneOrder order = new LaneOrder();

    private static ConsumerRecord<byte[], byte[]> record(int partition, RecordHeaders headers) {
        return new ConsumerRecord<>(
                "parked", partition, 0, 0L, TimestampType.LOG_APPEND_TIME, 0, 0, null, null, headers, Optional.empty());
    }

    private static ConsumerRecord<byte[], byte[]> record(int partition, long laneOffset, String group) {
        RecordHeaders headers = new RecordHeaders();
        ParkedBy.addWriter(headers, laneOffset, group);
        return record(partition, headers);
    }

    @Test
    void repeatedRecordsAreLeftOutByPartitionAndGroup() {
        assertThat(order.pass(record(0, 5, "g"))).isTrue();
        assertThat(order.isNew(record(0, 5, "g"))).isFalse();
        assertThat(order.pass(record(0, 4, "g"))).isFalse();
        assertThat(order.pass(record(0, 6, "g"))).isTrue();
        assertThat(order.pass(record(1, 4, "g"))).isTrue();
        assertThat(order.pass(record(0, 4, "other group"))).isTrue();
        assertThat(order.pass(record(0, 4, "other group"))).isFalse();
    }

    /** Otherwise its records would never return. */
    @Test
    void laneThatWasCreatedAgainHasAnOrderOfItsOwn() {
        String before = ParkedBy.reader("g", new TopicIdentity("cluster", "lane"));
        String after = ParkedBy.reader("g", new TopicIdentity("cluster", "lane of the same name"));
        assertThat(order.pass(record(0, 500, before))).isTrue();
        assertThat(order.pass(record(0, 0, after))).isTrue();
        assertThat(order.pass(record(0, 1, after))).isTrue();
        assertThat(order.pass(record(0, 1, after))).isFalse();
        assertThat(order.pass(record(0, 499, before))).isFalse();
    }

    @Test
    void anotherCommandContinuesAfterTheLastRecordThatWasCopied() {
        order.begin(record(0, 5, "g"));
        assertThat(order.pass(record(0, 5, "g"))).isFalse();
        assertThat(order.pass(record(0, 6, "g"))).isTrue();
    }

    @Test
    void aRecordThatDoesNotShowItsOffsetIsNeverLeftOut() {
        RecordHeaders headers = new RecordHeaders();
        ParkedBy.ROUTER.addTo(headers);
        assertThat(order.pass(record(0, headers))).isTrue();
        assertThat(order.pass(record(0, headers))).isTrue();
        RecordHeaders invalid = new RecordHeaders();
        invalid.add(ParkedBy.HEADER, "writer x g".getBytes(UTF_8));
        assertThat(order.pass(record(0, invalid))).isTrue();
        assertThat(order.pass(record(0, invalid))).isTrue();
    }
}
