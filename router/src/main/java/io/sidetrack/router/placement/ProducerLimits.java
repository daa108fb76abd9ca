package io.sidetrack.router.placement;

import io.sidetrack.common.topic.TopicFacts;

/**
 * What the producer can send to any topic.
 *
 * @param maxBytes the largest record, before compression
 * @param compression the producer's {@code compression.type}
 */
public record ProducerLimits(int maxBytes, String compression) {
    /** The limits of this producer and a topic together. */
    public CurrentLimits with(TopicFacts topic, TopicLookup lookup) {
        return new CurrentLimits(topic, now -> new LaneLimits(now, maxBytes, compression), lookup);
    }
}
