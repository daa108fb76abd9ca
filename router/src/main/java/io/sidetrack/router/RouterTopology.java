package io.sidetrack.router;

import io.sidetrack.common.control.Cut;
import io.sidetrack.router.batch.LaneProducers;
import io.sidetrack.router.placement.Destination;
import io.sidetrack.router.placement.PartitionBy;
import io.sidetrack.router.placement.PlacedKey;
import io.sidetrack.router.placement.TopicLookup;
import io.sidetrack.router.timestamp.TimestampToHeader;
import java.time.Clock;
import java.util.Optional;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.AutoOffsetReset;
import org.apache.kafka.streams.Topology;

/**
 * The router's topology: bytes in, bytes out. Unless something else than the key places records, no partitioner is set, so
 * the producer's own places a record by murmur2 of its key, and records of one key stay in order within a lane (R3).
 */
final class RouterTopology {
    private static final String ROUTE = "route";
    private static final String LIVE = "live";
    private static final String BACKFILL = "backfill";
    private static final String DEAD_LETTERS = "dead-letters";

    private RouterTopology() {}

    static Topology of(
            RouterSettings settings,
            RouterTopics topics,
            Optional<Cut> cut,
            ProducerLimits producer,
            TopicLookup lookup,
            LaneProducers producers,
            Clock clock,
            RouteListener listener) {
        Destination live = new Destination(settings.liveTopic(), LIVE, producer.with(topics.live(), lookup));
        Destination backfill =
                new Destination(settings.backfillTopic(), BACKFILL, producer.with(topics.backfill(), lookup));
        DeadLetterForms letterForms = new DeadLetterForms(
                new Destination(settings.deadLetterTopic(), DEAD_LETTERS, producer.with(topics.deadLetters(), lookup)),
                settings.reducesDeadLetters());
        BackfillNames names = new BackfillNames();
        Topology topology = new Topology()
                // For partitions in which the group has no offset: a new group must not skip what lies in the source
                // already. What becomes of an offset that is out of range is SourceRange's to decide.
                .addSource(
                        AutoOffsetReset.earliest(),
                        "source",
                        new TimestampToHeader(settings.trustsHeaders()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer(),
                        settings.sourceTopic())
                .addProcessor(
                        ROUTE,
                        () -> new Route(
                                settings.rules().rules(cut.map(Cut::ends)),
                                settings.partitionBy(),
                                live,
                                backfill,
                                letterForms,
                                producers,
                                clock,
                                new RouteCounts(listener, settings.rules().header(), names),
                                settings.isExactlyOnce(),
                                settings.trustsHeaders()),
                        "source");
        addLane(topology, live, settings.partitionBy());
        addLane(topology, backfill, settings.partitionBy());
        return topology.addSink(
                DEAD_LETTERS, settings.deadLetterTopic(), PlacedKey.BYTES, new ByteArraySerializer(), ROUTE);
    }

    private static void addLane(Topology topology, Destination lane, PartitionBy partitionBy) {
        if (partitionBy instanceof PartitionBy.Key) {
            topology.addSink(lane.sink(), lane.topic(), PlacedKey.BYTES, new ByteArraySerializer(), ROUTE);
        } else {
            topology.addSink(
                    lane.sink(),
                    lane.topic(),
                    PlacedKey.BYTES,
                    new ByteArraySerializer(),
                    PlacedKey.PARTITIONER,
                    ROUTE);
        }
    }
}
