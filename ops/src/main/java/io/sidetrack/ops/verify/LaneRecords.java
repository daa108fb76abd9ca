package io.sidetrack.ops.verify;

import io.sidetrack.common.record.DeadLetterHeaders;
import io.sidetrack.common.record.OwnHeaders;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.Rejection;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.ops.cluster.OffsetSet;
import io.sidetrack.ops.verify.RecordEntries.Known;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Turns the records of a lane into entries. Add all dead letters first. A record that has a dead letter has not been written, and
 * says nothing about the table. Not thread-safe.
 */
final class LaneRecords {
    private final String lane;
    private final boolean trustsHeaders;
    private final Map<Integer, Long> ends;
    private final Map<Integer, Long> committed;
    private final RecordEntries entries;
    private final Tally tally;
    private final Map<Integer, OffsetSet> deadLettered = new HashMap<>();
    private long records;
    private long deadLetters;
    private long pending;

    /**
     * The records of a lane.
     *
     * @param trustsHeaders whether Sidetrack's headers are its own, as for the writer
     * @param ends the offset at which the selected part ends, by partition; a partition without one ends with the lane
     * @param committed the offsets that the writer has committed, by partition; a partition without one has none to wait for
     */
    LaneRecords(
            String lane,
            boolean trustsHeaders,
            Map<Integer, Long> ends,
            Map<Integer, Long> committed,
            RecordEntries entries,
            Tally tally) {
        this.lane = lane;
        this.trustsHeaders = trustsHeaders;
        this.ends = ends;
        this.committed = committed;
        this.entries = entries;
        this.tally = tally;
    }

    /** Adds a record of the dead-letter topic. */
    void deadLetter(ConsumerRecord<byte[], byte[]> record) {
        if (DeadLetterHeaders.text(record.headers(), DeadLetterHeaders.TOPIC)
                .filter(lane::equals)
                .isEmpty()) {
            return;
        }
        Optional<Long> partition = number(record, DeadLetterHeaders.PARTITION);
        Optional<Long> offset = number(record, DeadLetterHeaders.OFFSET);
        if (partition.isPresent() && offset.isPresent()) {
            deadLettered
                    .computeIfAbsent(partition.get().intValue(), none -> new OffsetSet())
                    .add(offset.get());
        }
    }

    private static Optional<Long> number(ConsumerRecord<byte[], byte[]> record, String header) {
        try {
            return DeadLetterHeaders.text(record.headers(), header).map(Long::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Adds a record of the lane, and passes its entry on, if it has one. */
    void record(ConsumerRecord<byte[], byte[]> record, Consumer<Entry> to) {
        boolean isSelected = record.offset() < ends.getOrDefault(record.partition(), Long.MAX_VALUE);
        boolean isPending = record.offset() >= committed.getOrDefault(record.partition(), Long.MAX_VALUE);
        if (isSelected) {
            records++;
            pending += isPending ? 1 : 0;
        }
        OffsetSet letters = deadLettered.get(record.partition());
        if (letters != null && letters.contains(record.offset())) {
            deadLetters += isSelected ? 1 : 0;
            return;
        }
        SourceRecord source = source(record, trustsHeaders);
        entries.map(
                source,
                record.partition(),
                Entry.Phase.of(isSelected, isPending),
                Known.ALL,
                new RecordEntries.Cases() {
                    @Override
                    public void entry(Entry entry) {
                        to.accept(entry);
                    }

                    @Override
                    public void rejected(Rejection rejection) {
                        if (isSelected && !isPending) {
                            tally.add(Outcome.REJECTED);
                            tally.keep(
                                    Outcome.REJECTED,
                                    Finding.rejected(
                                            position(record.partition(), record.offset()),
                                            rejection.reason().code() + ", " + rejection.message()));
                        }
                    }
                });
    }

    /** A record as the writer maps it: without headers that a producer may have forged. */
    static SourceRecord source(ConsumerRecord<byte[], byte[]> record, boolean trustsHeaders) {
        List<RecordHeader> headers = new ArrayList<>();
        OwnHeaders.forEachKept(
                record.headers(), trustsHeaders, header -> headers.add(new RecordHeader(header.key(), header.value())));
        return new SourceRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                headers);
    }

    /** The position of a record, for findings. */
    static String position(int partition, long offset) {
        return String.format(Locale.ROOT, "partition %d, offset %d", partition, offset);
    }

    /** The number of records in the selected part. */
    long records() {
        return records;
    }

    /** The number of these that have a dead letter. */
    long deadLetters() {
        return deadLetters;
    }

    /** The number of these whose offset the writer has not committed. */
    long pending() {
        return pending;
    }
}
