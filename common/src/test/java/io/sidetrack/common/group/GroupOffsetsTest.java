package io.sidetrack.common.group;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GroupOffsetsTest {
    @Test
    void otherTopicsAndPartitionsWithoutAnOffsetAreLeftOut() {
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
        all.put(new TopicPartition("t", 0), new OffsetAndMetadata(5));
        all.put(new TopicPartition("t", 1), null);
        all.put(new TopicPartition("other", 0), new OffsetAndMetadata(7));
        assertThat(GroupOffsets.of("t", all)).isEqualTo(Map.of(new TopicPartition("t", 0), new OffsetAndMetadata(5)));
    }
}
