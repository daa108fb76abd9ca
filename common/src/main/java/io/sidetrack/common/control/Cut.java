package io.sidetrack.common.control;

import io.sidetrack.common.topic.TopicIdentity;
import java.util.SortedMap;

/**
 * Where a source topic ended when a router took it over from another consumer group: what lies before is the backlog, what
 * lies behind came after. Written by {@code sidetrack adopt}, read by the router.
 *
 * @param source the topic
 * @param group the consumer group whose offsets were taken over
 * @param takenAtMs when, in ms since 1970
 * @param ends by partition, the offset of the first record that is not part of the backlog
 * @param identity the topic's identity; null in a cut that was recorded by a version that did not know it
 */
public record Cut(String source, String group, long takenAtMs, SortedMap<Integer, Long> ends, TopicIdentity identity) {
    /** @throws IllegalArgumentException if something is missing or negative: a cut without ends would cut nothing */
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
     * True if this cut was made in a topic. Offsets mean nothing in another one, even if it has the same name. A cut without
     * an identity is compared by the topic's name alone.
     *
     * @param now the identity that the topic has now
     */
    public boolean isOf(String topic, TopicIdentity now) {
        return source.equals(topic) && (identity == null || identity.matches(now));
    }
}
