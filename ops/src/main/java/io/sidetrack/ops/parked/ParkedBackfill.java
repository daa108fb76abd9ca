package io.sidetrack.ops.parked;

import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.copy.ParkedCopyId;
import java.util.Locale;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * A named backfill, its lane, and the topic in which its records are parked.
 *
 * @param lane the backfill lane
 * @param parked the topic for parked records, with as many partitions
 * @param header the name of the header that names a record's backfill
 */
public record ParkedBackfill(BackfillName name, TopicFacts lane, TopicFacts parked, String header) {
    /** True if a parked record belongs to the backfill and was parked by these services. */
    boolean holds(ConsumerRecord<byte[], byte[]> record, ParkedBy by) {
        return ParkedBy.of(record.headers()).filter(by::equals).isPresent() && name.isOf(record.headers(), header);
    }

    /** The id under which the journal of copies records what has been done with records that these services have parked. */
    String journalId(ParkedBy by) {
        return ParkedCopyId.of(lane.name(), name.text(), by);
    }

    /** What a copy is for, in the words of the journal. */
    String request(ParkedBy by) {
        return "records of backfill %s, parked by the %s"
                .formatted(name, by.name().toLowerCase(Locale.ROOT));
    }
}
