package io.sidetrack.ops.parked;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sidetrack.common.record.ParkedBy;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.cluster.OffsetRange;
import io.sidetrack.ops.cluster.RecordReader;
import io.sidetrack.ops.copy.CopyState;
import io.sidetrack.ops.copy.JournalTopic;
import io.sidetrack.ops.copy.ParkedCopyId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * Counts the parked records of backfills that are neither copied nor discarded. Reads each offset at most once, whatever the number
 * of backfills, and none that is done for all of them. Not thread-safe.
 */
public final class ParkedCount {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final TopicFacts parked;
    private final String header;
    private final Map<BackfillName, Copies> copies = new TreeMap<>();
    private final Map<ByteBuffer, BackfillName> byValue = new HashMap<>();
    private final SortedMap<Integer, OffsetRange> held;

    /**
     * How many records of a backfill are parked.
     *
     * @param copied the number of records that are back on the lane
     * @param left the number of records that are not; an upper limit that includes other backfills if it was not counted
     * @param counted whether the records were counted
     */
    public record Parked(long copied, long left, boolean counted) {}

    /** @param parked the present topic: offsets mean nothing in another one */
    private record Copies(Optional<CopyState> ofWriters, Optional<CopyState> ofRouters, TopicIdentity parked) {
        Optional<CopyState> of(ParkedBy by) {
            return by == ParkedBy.WRITER ? ofWriters : ofRouters;
        }

        /** The first offset of a partition that is neither copied nor discarded. */
        long next(ParkedBy by, int partition) {
            return of(by).filter(state -> state.run().source().matches(parked))
                    .filter(state -> state.run().slice().ranges().containsKey(partition))
                    .map(state -> state.progress(partition).next())
                    .orElse(0L);
        }

        long first(int partition) {
            return Math.min(next(ParkedBy.WRITER, partition), next(ParkedBy.ROUTER, partition));
        }

        long copied() {
            long copied = 0;
            for (ParkedBy by : ParkedBy.values()) {
                copied += of(by).map(state -> state.tally().copied()).orElse(0L);
            }
            return copied;
        }
    }

    /**
     * Reads what the journal holds.
     *
     * @param lane the backfill lane
     * @param header the name of the header that names a record's backfill
     */
    public ParkedCount(
            Cluster cluster,
            JournalTopic journal,
            String lane,
            TopicFacts parked,
            String header,
            Collection<BackfillName> names) {
        this.cluster = cluster;
        this.parked = parked;
        this.header = header;
        // Without open transactions, for which a count would have to wait.
        this.held = cluster.ranges(parked.name(), parked.partitions(), IsolationLevel.READ_COMMITTED);
        TopicIdentity identity = cluster.topics().identity(parked.name());
        for (BackfillName name : names) {
            byValue.put(ByteBuffer.wrap(name.text().getBytes(UTF_8)), name);
            copies.put(
                    name,
                    new Copies(
                            journal.read(ParkedCopyId.of(lane, name.text(), ParkedBy.WRITER)),
                            journal.read(ParkedCopyId.of(lane, name.text(), ParkedBy.ROUTER)),
                            identity));
        }
    }

    /** The number of offsets that have to be read to count the records. */
    public long toRead() {
        return ranges().values().stream().mapToLong(OffsetRange::length).sum();
    }

    private Map<TopicPartition, OffsetRange> ranges() {
        Map<TopicPartition, OffsetRange> ranges = new HashMap<>();
        held.forEach((partition, range) -> {
            long first = copies.values().stream()
                    .mapToLong(done -> done.first(partition))
                    .min()
                    .orElse(range.end());
            ranges.put(
                    new TopicPartition(parked.name(), partition),
                    new OffsetRange(Math.max(range.start(), Math.min(first, range.end())), range.end()));
        });
        return ranges;
    }

    /** What is known without reading the records. */
    public Map<BackfillName, Parked> estimate() {
        Map<BackfillName, Parked> all = new TreeMap<>();
        copies.forEach((name, done) -> {
            long left = held.entrySet().stream()
                    .mapToLong(at -> new OffsetRange(
                                    Math.max(at.getValue().start(), done.first(at.getKey())),
                                    at.getValue().end())
                            .length())
                    .sum();
            all.put(name, new Parked(done.copied(), left, left == 0));
        });
        return all;
    }

    /**
     * Counts the records. A record that a writer has parked twice counts twice.
     *
     * @param progress receives the number of offsets that have been read
     * @throws io.sidetrack.ops.OpsException if they cannot be read
     */
    public Map<BackfillName, Parked> count(LongConsumer progress) {
        Map<BackfillName, Long> left = new HashMap<>();
        RecordReader.ranges(
                cluster.client().with(Map.of("auto.offset.reset", "earliest")),
                ranges(),
                TIMEOUT,
                record -> count(record, left),
                progress);
        Map<BackfillName, Parked> all = estimate();
        all.replaceAll((name, estimate) -> new Parked(estimate.copied(), left.getOrDefault(name, 0L), true));
        return all;
    }

    private void count(ConsumerRecord<byte[], byte[]> record, Map<BackfillName, Long> left) {
        Optional<ParkedBy> by = ParkedBy.of(record.headers());
        if (by.isEmpty()) {
            return;
        }
        Header value = record.headers().lastHeader(header);
        BackfillName name = value == null || value.value() == null ? null : byValue.get(ByteBuffer.wrap(value.value()));
        if (name != null && record.offset() >= copies.get(name).next(by.get(), record.partition())) {
            left.merge(name, 1L, Long::sum);
        }
    }
}
