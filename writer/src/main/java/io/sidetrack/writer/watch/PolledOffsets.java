package io.sidetrack.writer.watch;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.TaskMetadata;
import org.apache.kafka.streams.ThreadMetadata;

/**
 * By partition, the offset of the last record that Streams has polled and not committed. Transaction markers do not
 * count: they are never polled as records. Thread-safe.
 */
public final class PolledOffsets implements Supplier<Map<Integer, Long>> {
    private final KafkaStreams streams;

    /** @param streams reads one topic */
    public PolledOffsets(KafkaStreams streams) {
        this.streams = streams;
    }

    @Override
    public Map<Integer, Long> get() {
        Map<Integer, Long> polled = new HashMap<>();
        for (ThreadMetadata thread : streams.metadataForLocalThreads()) {
            for (TaskMetadata task : thread.activeTasks()) {
                task.endOffsets().forEach((partition, offset) -> {
                    if (offset >= committed(task, partition)) {
                        polled.put(partition.partition(), offset);
                    }
                });
            }
        }
        return polled;
    }

    /** The first offset that is not committed; 0 if this task has committed none. */
    private static long committed(TaskMetadata task, TopicPartition partition) {
        return Math.max(0, task.committedOffsets().getOrDefault(partition, -1L));
    }
}
