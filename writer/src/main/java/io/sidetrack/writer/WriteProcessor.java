package io.sidetrack.writer;

import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.control.NamedBackfills;
import io.sidetrack.common.control.RecentSettings;
import io.sidetrack.common.poll.UnprocessedRecords;
import io.sidetrack.common.record.OwnHeaders;
import io.sidetrack.common.status.PartitionTally;
import io.sidetrack.mapping.item.ItemMapper;
import io.sidetrack.mapping.model.RecordHeader;
import io.sidetrack.mapping.model.SourceRecord;
import io.sidetrack.writer.commit.CommitOccasion;
import io.sidetrack.writer.thread.LaneTask;
import io.sidetrack.writer.thread.ThreadWriter;
import io.sidetrack.writer.thread.ThreadWriters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Passes one partition's records to the buffer of its stream thread. When {@link #process} returns, the record is only in
 * memory; the commit gate keeps its offset from being committed before the record is durable.
 */
final class WriteProcessor implements Processor<byte[], byte[], Void, Void> {
    private final String lane;
    private final ItemMapper mapper;
    private final ThreadWriters writers;
    private final Duration flushInterval;
    private final boolean trustsHeaders;
    private final NamedBackfills backfills;
    private final RecentSettings refresh;
    private final BackfillTallies tallies;
    private final ParkedAgain parkedAgain;
    private ProcessorContext<Void, Void> context;
    private ThreadWriter writer;
    private LaneTask task;
    private UnprocessedRecords.OpenPartition partition;
    private PartitionTally tally;
    private long createdNanos;
    /** Whether the settings are as current as this task. */
    private boolean current;
    /** The offset after the last record. */
    private long nextOffset;

    /**
     * @param backfills the operator's settings for named backfills; none for a live lane
     * @param refresh of these settings
     * @param tallies receives the progress of each partition
     * @param parkedAgain learns of each record that is parked although its backfill is resumed
     */
    WriteProcessor(
            String lane,
            ItemMapper mapper,
            ThreadWriters writers,
            Duration flushInterval,
            boolean trustsHeaders,
            NamedBackfills backfills,
            RecentSettings refresh,
            BackfillTallies tallies,
            ParkedAgain parkedAgain) {
        this.lane = lane;
        this.mapper = mapper;
        this.writers = writers;
        this.flushInterval = flushInterval;
        this.trustsHeaders = trustsHeaders;
        this.backfills = backfills;
        this.refresh = refresh;
        this.tallies = tallies;
        this.parkedAgain = parkedAgain;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        this.context = context;
        this.createdNanos = System.nanoTime();
        this.current = false;
        this.nextOffset = 0;
        this.tally = tallies.open(context.taskId().partition());
        this.task = new LaneTask(lane, context.taskId().partition(), context::commit, tally::committed);
        this.writer = writers.ofThisThread();
        writer.open(task);
        partition = UnprocessedRecords.ofThisThread().open(context.taskId().partition());
        context.schedule(flushInterval, PunctuationType.WALL_CLOCK_TIME, now -> writer.tick());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        SourceRecord source = new SourceRecord(
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                headers(record));
        tally.begin(metadata.offset());
        if (metadata.offset() < nextOffset) {
            // The lane was deleted and created again, or its log was truncated, while this task has it.
            createdNanos = System.nanoTime();
            current = false;
        }
        nextOffset = metadata.offset() + 1;
        if (!current && backfills.hasName(record.headers())) {
            // The former owner of the partition may have parked older records, because of a setting that this process
            // has not read yet.
            refresh.since(createdNanos);
            current = true;
        }
        NamedBackfill setting = backfills.of(record.headers());
        if (setting == null) {
            writer.accept(task, metadata.offset(), mapper.map(source));
        } else {
            treat(source, setting);
        }
        partition.processed(metadata.offset());
    }

    private void treat(SourceRecord source, NamedBackfill setting) {
        switch (Treatment.of(setting, source.partition(), source.offset())) {
            case WRITE -> writer.accept(task, source.offset(), mapper.map(source));
            case PARK -> {
                parkedAgain.parks(source, setting);
                park(source);
            }
            case DISCARD -> {
                if (refresh.isRecent()) {
                    writer.discard(task, source);
                } else {
                    // The backfill may have been resumed, and a discarded record cannot be returned.
                    park(source);
                }
            }
        }
    }

    /** Not mapped: a record that cannot be written becomes a dead letter when it is written. */
    private void park(SourceRecord source) {
        writer.park(task, source, backfills.number());
    }

    /** Leaves out headers that a producer may have forged, because versions and dead letters depend on them. */
    private List<RecordHeader> headers(Record<byte[], byte[]> record) {
        List<RecordHeader> headers = new ArrayList<>();
        OwnHeaders.forEachKept(
                record.headers(), trustsHeaders, header -> headers.add(new RecordHeader(header.key(), header.value())));
        return List.copyOf(headers);
    }

    @Override
    public void close() {
        partition.close();
        boolean dirty = CommitOccasion.ofThisCall() == CommitOccasion.NONE;
        writers.onClose(task, dirty);
        writer.closeAndAwait(task);
        tallies.close(tally, !dirty);
    }
}
