package io.sidetrack.ops.parked;

import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.ops.OpsException;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordReader;
import java.time.Duration;
import java.util.Map;
import java.util.SortedMap;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/**
 * Requires that parked records have the header that this command looks for. With the name of another header, they would be passed
 * over, and the journal would record that.
 */
final class ParkedHeader {
    /** The end of a partition often holds a transaction marker. */
    private static final int LAST_OFFSETS = 10;

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final ParkedBackfill backfill;
    private int with;
    private int without;

    private ParkedHeader(ParkedBackfill backfill) {
        this.backfill = backfill;
    }

    /**
     * Looks at the last records of one partition after the other, until one of them has the header.
     *
     * @throws OpsException if services have parked these records, and none has it
     */
    static void require(Cluster cluster, ParkedBackfill backfill) {
        ParkedHeader header = new ParkedHeader(backfill);
        SortedMap<Integer, OffsetRange> held =
                cluster.ranges(backfill.parked().name(), backfill.parked().partitions(), IsolationLevel.READ_COMMITTED);
        for (Map.Entry<Integer, OffsetRange> one : held.entrySet()) {
            OffsetRange range = one.getValue();
            if (range.length() > 0) {
                header.read(
                        cluster,
                        new TopicPartition(backfill.parked().name(), one.getKey()),
                        new OffsetRange(Math.max(range.start(), range.end() - LAST_OFFSETS), range.end()));
            }
            if (header.with > 0) {
                return;
            }
        }
        if (header.without > 0) {
            throw new OpsException(
                    ("the records in %s do not have the header %s, so none would return; name the header that the routers use"
                                    + " with --header-name or ROUTER_BACKFILL_HEADER")
                            .formatted(backfill.parked().name(), backfill.header()));
        }
    }

    private void read(Cluster cluster, TopicPartition partition, OffsetRange range) {
        RecordReader.ranges(
                cluster.client().with(Map.of("auto.offset.reset", "earliest")),
                Map.of(partition, range),
                TIMEOUT,
                record -> {
                    if (ParkedBy.of(record.headers()).isEmpty()) {
                        return;
                    }
                    if (record.headers().lastHeader(backfill.header()) == null) {
                        without++;
                    } else {
                        with++;
                    }
                },
                read -> {});
    }
}
