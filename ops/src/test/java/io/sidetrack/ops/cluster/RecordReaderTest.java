package io.sidetrack.ops.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.sidetrack.common.settings.KafkaProperties;
import java.util.Map;
import org.apache.kafka.common.IsolationLevel;
import org.junit.jupiter.api.Test;

class RecordReaderTest {
    @Test
    void readingChangesNothingWhateverTheUserHasSet() {
        assertThat(RecordReader.properties(
                        KafkaProperties.of(Map.of(
                                "bootstrap.servers", "b:1",
                                "group.id", "live",
                                "enable.auto.commit", "true",
                                "isolation.level", "read_uncommitted",
                                "allow.auto.create.topics", "true",
                                "consumer.allow.auto.create.topics", "true")),
                        IsolationLevel.READ_COMMITTED))
                .containsEntry("allow.auto.create.topics", false)
                .containsEntry("enable.auto.commit", false)
                .containsEntry("isolation.level", "read_committed")
                .doesNotContainKey("group.id");
    }
}
