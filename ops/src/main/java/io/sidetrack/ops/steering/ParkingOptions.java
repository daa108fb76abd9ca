package io.sidetrack.ops.steering;

import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.HeaderOption;
import io.sidetrack.ops.ParkedOptions;
import io.sidetrack.ops.cluster.Cluster;
import io.sidetrack.ops.copy.JournalOptions;
import io.sidetrack.ops.copy.JournalTopic;
import io.sidetrack.ops.parked.BackfillName;
import io.sidetrack.ops.parked.ParkedBackfill;
import io.sidetrack.ops.parked.ParkedTopic;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** Where the records of named backfills are parked. */
final class ParkingOptions {
    @Mixin
    private HeaderOption header;

    @Mixin
    private ParkedOptions parked;

    @Mixin
    private JournalOptions journals;

    /**
     * A named backfill, whose records can be parked.
     *
     * @throws io.sidetrack.common.settings.StartupException if they cannot
     */
    ParkedBackfill backfill(Cluster cluster, TopicFacts lane, BackfillName name) {
        TopicFacts topic = ParkedTopic.require(cluster.topics(), parked.topic(lane.name()), lane);
        return new ParkedBackfill(name, lane, topic, header.name());
    }

    /** The topic for parked records; empty if it does not exist. */
    Optional<TopicFacts> topic(Cluster cluster, String lane) {
        return cluster.topics().find(parked.topic(lane));
    }

    String header() {
        return header.name();
    }

    JournalTopic journal(Cluster cluster) {
        return journals.topic(cluster);
    }
}
