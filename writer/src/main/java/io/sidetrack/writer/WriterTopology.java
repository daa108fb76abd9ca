package io.sidetrack.writer;

import io.sidetrack.common.record.AnyTimestamp;
import io.sidetrack.writer.item.ItemMapper;
import io.sidetrack.writer.thread.ThreadWriters;
import java.time.Duration;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/** The writer's topology: one lane in, one processor. Nothing goes on from there, because DynamoDB is no topic. */
final class WriterTopology {
    private WriterTopology() {}

    static Topology of(
            String lane, ItemMapper mapper, ThreadWriters writers, Duration flushInterval, boolean trustsHeaders) {
        return new Topology()
                // A group that is new must not skip what lies in the lane already.
                .addSource(
                        AutoOffsetReset.earliest(),
                        "lane",
                        new AnyTimestamp(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        lane)
                .addProcessor(
                        "writer",
                        () -> new WriteProcessor(lane, mapper, writers, flushInterval, trustsHeaders),
                        "lane");
    }
}
