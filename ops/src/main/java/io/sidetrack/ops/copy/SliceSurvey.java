package io.sidetrack.ops.copy;

import io.sidetrack.ops.StopRequest;
import io.sidetrack.ops.cluster.OffsetRange;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads a slice without copying it, to count what would be copied. Not thread-safe. */
public final class SliceSurvey {
    private final Predicate<ConsumerRecord<byte[], byte[]>> selects;
    private final Consumer<ConsumerRecord<byte[], byte[]>> onSelected;
    private final Map<Integer, PartitionProgress> partitions = new HashMap<>();
    private long offsets;

    private SliceSurvey(
            Predicate<ConsumerRecord<byte[], byte[]>> selects, Consumer<ConsumerRecord<byte[], byte[]>> onSelected) {
        this.selects = selects;
        this.onSelected = onSelected;
    }

    /**
     * Reads a slice.
     *
     * @param reader of these ranges
     * @param onSelected receives each record that would be copied
     * @param progress receives the number of offsets that have been read, after each poll
     * @return the counts, of a part of the slice if a stop was requested
     */
    public static CopyTally read(
            SliceReader reader,
            Slice slice,
            Predicate<ConsumerRecord<byte[], byte[]>> selects,
            Consumer<ConsumerRecord<byte[], byte[]>> onSelected,
            StopRequest stop,
            LongConsumer progress) {
        return new SliceSurvey(selects, onSelected).read(reader, slice, stop, progress);
    }

    private CopyTally read(SliceSource source, Slice slice, StopRequest stop, LongConsumer progress) {
        SortedMap<Integer, OffsetRange> ranges = slice.ranges();
        ranges.forEach((partition, range) -> partitions.put(partition, PartitionProgress.begin(1, range.start())));
        SliceSource.Visitor counts = new SliceSource.Visitor() {
            @Override
            public void record(ConsumerRecord<byte[], byte[]> record) {
                boolean selected = selects.test(record);
                if (selected) {
                    onSelected.accept(record);
                }
                partitions.compute(
                        record.partition(),
                        (partition, before) ->
                                selected ? before.copied(record, 0) : before.passed(record.offset() + 1, 1));
            }

            @Override
            public void passed(int partition, long next) {
                PartitionProgress before = partitions.get(partition);
                PartitionProgress after = before.passed(next, 0);
                partitions.put(partition, after);
            }
        };
        while (!source.isDone() && !stop.isRequested()) {
            source.poll(counts);
            offsets = 0;
            ranges.forEach(
                    (partition, range) -> offsets += partitions.get(partition).next() - range.start());
            progress.accept(offsets);
        }
        return CopyTally.of(slice.topic(), partitions);
    }
}
