package io.sidetrack.ops.steering;

import io.sidetrack.common.topic.TopicIdentity;
import io.sidetrack.ops.cluster.Cluster;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The identity of a topic that need not exist. Looked up once, when it is needed. Not thread-safe. */
final class OptionalIdentity {
    private final Cluster cluster;
    private final Optional<String> topic;
    /** Null before it is needed. */
    private Optional<TopicIdentity> identity;

    /** @param topic its name; empty if it is not known */
    OptionalIdentity(Cluster cluster, Optional<String> topic) {
        this.cluster = cluster;
        this.topic = topic;
    }

    /** True if the topic exists, and is not the one that is expected. */
    boolean isOther(Predicate<TopicIdentity> isExpected) {
        if (identity == null) {
            identity = topic.filter(
                            name -> !cluster.topics().find(List.of(name)).isEmpty())
                    .map(name -> cluster.topics().identity(name));
        }
        return identity.isPresent() && !isExpected.test(identity.get());
    }
}
