package io.sidetrack.bench;

import io.sidetrack.sandbox.SandboxException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;

/** The sum of the end offsets of some topics. */
final class LaneEnds {
    private final Admin admin;
    private final Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();

    /** @param topics the number of partitions of each topic */
    LaneEnds(Admin admin, Map<String, Integer> topics) {
        this.admin = admin;
        topics.forEach((topic, count) -> {
            for (int partition = 0; partition < count; partition++) {
                partitions.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            }
        });
    }

    /** The sum of the end offsets, including records that are not committed. */
    long sum() {
        try {
            return admin.listOffsets(partitions).all().get().values().stream()
                    .mapToLong(end -> end.offset())
                    .sum();
        } catch (ExecutionException e) {
            throw new SandboxException("offsets could not be listed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SandboxException("interrupted", e);
        }
    }
}
