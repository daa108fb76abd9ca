package io.sidetrack.common.control;

import io.sidetrack.common.topic.TopicIdentity;
import java.util.SortedMap;

/**
 * The end of a source topic at the time when a router took it over from another consumer group. Records before the cut are the
 * backlog. Written by {@code sidetrack adopt}, read by the router.
 *
 * @param source the topic
 * @param group the consumer group whose offsets were taken over
 * @param takenAtMs the time of the takeover, in ms since 1970
 * @param ends by partition, the offset of the first record that is not part of the backlog
 * @param identity the topic's identity; null in a cut that an earlier version has recorded
 */
public record Cut(String source, String group, long takenAtMs, SortedMap<Integer, Long> ends, TopicIdentity identity) {
    /** @throws IllegalArgumentException if something is missing or negative */
    public Cut {
        if (source == null || group == null || ends == null || ends.isEmpty() || takenAtMs < 0) {
            throw new IllegalArgumentException("incomplete");
        }
        ends.forEach((partition, end) -> {
            if (partition < 0 || end == null || end < 0) {
                throw new IllegalArgumentException("partition " + partition + " ends at " + end);
            }
        });
    }

    /**
     * True if this cut belongs to a topic. Its offsets mean nothing in another topic, even one of the same name. A cut without an
     * identity is compared by the topic's name alone.
     *
     * @param now the topic's current identity
     */
    public boolean isOf(String topic, TopicIdentity now) {
        return source.equals(topic) && (identity == null || identity.matches(now));
    }
}
