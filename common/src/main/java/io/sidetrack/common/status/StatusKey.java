package io.sidetrack.common.status;

/**
 * The key of an entry: one partition of a topic that the services of a group read.
 *
 * @param service {@code router}, {@code writer} or {@code operator}
 * @param group the services' consumer group
 * @param topic the topic that they read
 */
public record StatusKey(String service, String group, String topic, int partition) {
    /** The value of {@link #service} for routers. */
    public static final String ROUTER = "router";
    /** The value of {@link #service} for writers. */
    public static final String WRITER = "writer";

    /** The value of {@link #service} for commands that discard parked records. */
    public static final String OPERATOR = "operator";

    /** The key of the records that operators have discarded, of all backfills of a lane. */
    public static StatusKey ofOperators(String lane) {
        return new StatusKey(OPERATOR, "", lane, 0);
    }

    /** @throws IllegalArgumentException if something is missing or negative */
    public StatusKey {
        if (service == null || group == null || topic == null || partition < 0) {
            throw new IllegalArgumentException("incomplete");
        }
    }

    /** True if another entry belongs to the same group and topic. */
    boolean isOfSameServices(StatusKey other) {
        return service.equals(other.service) && group.equals(other.group) && topic.equals(other.topic);
    }
}
