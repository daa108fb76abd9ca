package io.sidetrack.writer;

import io.sidetrack.writer.commit.ThreadWriter;
import io.sidetrack.writer.commit.ThreadWriters;
import io.sidetrack.writer.item.ItemMapper;
import io.sidetrack.writer.item.Origin;
import io.sidetrack.writer.item.RecordHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;

/**
 * Feeds one partition's records to the buffer of the thread that it runs on. When {@link #process} returns, a record is
 * only in memory; that its offset is not committed before it is durable is the commit gate's work.
 */
final class WriteProcessor implements Processor<byte[], byte[], Void, Void> {
    private final String lane;
    private final ItemMapper mapper;
    private final ThreadWriters writers;
    private final Duration flushInterval;
    private ProcessorContext<Void, Void> context;
    private ThreadWriter writer;
    private Runnable commitRequest;

    WriteProcessor(String lane, ItemMapper mapper, ThreadWriters writers, Duration flushInterval) {
        this.lane = lane;
        this.mapper = mapper;
        this.writers = writers;
        this.flushInterval = flushInterval;
    }

    @Override
    public void init(ProcessorContext<Void, Void> context) {
        this.context = context;
        this.commitRequest = context::commit;
        this.writer = writers.ofThisThread();
        writer.opened(commitRequest);
        context.schedule(flushInterval, PunctuationType.WALL_CLOCK_TIME, now -> writer.tick());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        RecordMetadata metadata = context.recordMetadata().orElseThrow();
        writer.accept(mapper.map(new Origin(
                metadata.topic(),
                metadata.partition(),
                metadata.offset(),
                record.timestamp(),
                record.key(),
                record.value(),
                headers(record))));
    }

    private static List<RecordHeader> headers(Record<byte[], byte[]> record) {
        List<RecordHeader> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(new RecordHeader(header.key(), header.value()));
        }
        return List.copyOf(headers);
    }

    @Override
    public void close() {
        writer.closed(commitRequest, lane, context.taskId().partition());
    }
}
