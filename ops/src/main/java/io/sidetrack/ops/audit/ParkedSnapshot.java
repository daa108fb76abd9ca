package io.sidetrack.ops.audit;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.copy.JournalTopic;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.common.TopicPartition;

/**
 * The topic for parked records, and what is known about it at one moment. The topic need not exist.
 *
 * @param facts empty if the topic does not exist
 * @param ranges its records
 * @param settings the operator's settings, by backfill
 * @param copiedBefore how far parked records were copied
 * @param copied reads how far parked records are copied
 */
record ParkedSnapshot(
        String topic,
        Optional<TopicFacts> facts,
        Map<TopicPartition, OffsetRange> ranges,
        Map<String, NamedBackfill> settings,
        CopiedOffsets copiedBefore,
        Supplier<CopiedOffsets> copied) {

    /**
     * Reads the settings, the ends of the topic and the journal.
     *
     * @param lane the backfill lane
     */
    static ParkedSnapshot take(Cluster cluster, String topic, String lane, ControlTopic control, JournalTopic journal) {
        Optional<TopicFacts> facts = cluster.topics().find(topic);
        Map<String, NamedBackfill> settings = control.backfills(lane);
        Map<TopicPartition, OffsetRange> ranges = new HashMap<>();
        facts.ifPresent(found -> cluster.ranges(topic, found.partitions())
                .forEach((partition, range) -> ranges.put(new TopicPartition(topic, partition), range)));
        Supplier<CopiedOffsets> copied = facts.isEmpty() || settings.isEmpty()
                ? () -> (backfill, by, partition) -> 0
                : () -> JournalOffsets.read(journal, lane, cluster.topics().identity(topic), settings.keySet());
        return new ParkedSnapshot(topic, facts, ranges, settings, copied.get(), copied);
    }

    /** How far parked records are copied now. */
    CopiedOffsets copiedNow() {
        return copied.get();
    }
}
