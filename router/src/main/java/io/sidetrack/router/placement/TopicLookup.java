package io.sidetrack.router.placement;

import io.sidetrack.common.topic.TopicFacts;
import java.util.Optional;

/** Describes the current state of a topic. Called by a stream thread, so it returns soon and never throws. */
@FunctionalInterface
public interface TopicLookup {
    /** The topic's facts; empty if they are not available at the moment. */
    Optional<TopicFacts> facts(String topic);
}
