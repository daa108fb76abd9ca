package io.sidetrack.router.placement;

import io.sidetrack.common.topic.TopicFacts;
import java.util.Optional;

/** Describes a topic as it is now. Called by a stream thread; must return soon, and must not throw. */
@FunctionalInterface
public interface TopicLookup {
    /** The topic's facts; empty if they cannot be had just now. */
    Optional<TopicFacts> facts(String topic);
}
