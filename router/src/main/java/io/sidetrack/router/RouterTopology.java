package io.sidetrack.router;

import io.sidetrack.router.lane.Lane;
import io.sidetrack.router.lane.Rules;
import io.sidetrack.router.lane.Verdict;
import io.sidetrack.router.timestamp.TimestampToHeader;
import java.util.function.Consumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;

/**
 * The router's topology: bytes in, bytes out. No partitioner is set, so the producer's own places a record by murmur2 of
 * its key, and records of one key stay in order within a lane (R3).
 */
final class RouterTopology {
    private static final String ROUTE = "route";

    private RouterTopology() {}

    static Topology of(RouterSettings settings, Rules rules, Consumer<Verdict> routed) {
        return new Topology()
                // A group that is new must not skip what lies in the source already.
                .addSource(
                        AutoOffsetReset.earliest(),
                        "source",
                        new TimestampToHeader(),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        settings.sourceTopic())
                .addProcessor(ROUTE, () -> new Route(rules, routed), "source")
                .addSink(
                        Lane.LIVE.code(),
                        settings.liveTopic(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        ROUTE)
                .addSink(
                        Lane.BACKFILL.code(),
                        settings.backfillTopic(),
                        new ByteArraySerializer(),
                        new ByteArraySerializer(),
                        ROUTE);
    }

    /** Sends each record to the sink of its lane. */
    private static final class Route extends ContextualProcessor<byte[], byte[], byte[], byte[]> {
        private final Rules rules;
        private final Consumer<Verdict> routed;

        Route(Rules rules, Consumer<Verdict> routed) {
            this.rules = rules;
            this.routed = routed;
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            Verdict verdict = rules.judge(record.headers());
            context().forward(record, verdict.lane().code());
            routed.accept(verdict);
        }
    }
}
