package io.sidetrack.common.topic;

import org.apache.kafka.common.Uuid;

/**
 * Distinguishes a topic from others of the same name: one that was deleted and created again, or one in another cluster.
 *
 * @param clusterId the id of the cluster
 * @param topicId the id that the cluster gave the topic when it was created
 */
public record TopicIdentity(String clusterId, String topicId) {
    /** The id of a topic in a cluster without topic ids. */
    private static final String NO_ID = Uuid.ZERO_UUID.toString();

    /** @throws IllegalArgumentException if an id is missing */
    public TopicIdentity {
        if (clusterId == null || topicId == null) {
            throw new IllegalArgumentException("incomplete");
        }
    }

    /** True if both identify the same topic. A missing topic id matches every other. */
    public boolean matches(TopicIdentity other) {
        return clusterId.equals(other.clusterId)
                && (topicId.equals(other.topicId) || topicId.equals(NO_ID) || other.topicId.equals(NO_ID));
    }

    /** Both ids, as part of a message. */
    @Override
    public String toString() {
        return "topic id %s, cluster id %s".formatted(topicId, clusterId);
    }
}
