package io.sidetrack.writer;

import io.sidetrack.common.record.AnyTimestamp;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;

/** The writer's topology: one source, the lane, and one processor. It has no sink, because DynamoDB is not a topic. */
final class WriterTopology {
    private WriterTopology() {}

    static Topology of(String lane, ProcessorSupplier<byte[], byte[], Void, Void> processors) {
        return new Topology()
                // A new group must read the records that are already in the lane.
                .addSource(
                        AutoOffsetReset.earliest(),
                        "lane",
                        new AnyTimestamp(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        lane)
                .addProcessor("writer", processors, "lane");
    }
}
