package io.sidetrack.router.startup;

import io.sidetrack.common.control.Cut;
import io.sidetrack.common.control.NamedBackfill;
import io.sidetrack.common.topic.TopicIdentity;
import java.util.Map;
import java.util.Optional;

/**
 * What the router has found in the cluster at its start.
 *
 * @param topics the topics that it reads and writes
 * @param source the identity of the source
 * @param cut where the backlog ended when this router took the source over; empty if there was no takeover
 * @param backfills the operator's settings for named backfills, by name
 * @param brokersCanSkipMarkers whether exactly-once is enabled and a broker's release line can break it
 */
public record ClusterFacts(
        RouterTopics topics,
        TopicIdentity source,
        Optional<Cut> cut,
        Map<String, NamedBackfill> backfills,
        boolean brokersCanSkipMarkers) {}
