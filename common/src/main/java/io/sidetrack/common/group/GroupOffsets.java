package io.sidetrack.common.group;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads the committed offsets of a group, and turns failures into one-line messages for the operator. */
public final class GroupOffsets {
    private final Admin admin;
    private final Duration timeout;

    /**
     * @param admin not closed by this class
     * @param timeout the time limit of the admin client's calls
     */
    public GroupOffsets(Admin admin, Duration timeout) {
        this.admin = admin;
        this.timeout = timeout;
    }

    /**
     * The offsets that a group has committed in one topic; empty if there is no such group.
     *
     * @throws GroupAuthorizationException if this principal may not describe the group; the caller decides what that means
     * @throws StartupException if the cluster does not respond
     */
    public Map<TopicPartition, OffsetAndMetadata> committed(String group, String topic) {
        try {
            // The client itself stops waiting after its timeout. This limit applies if it fails to do so.
            return of(
                    topic,
                    admin.listConsumerGroupOffsets(group)
                            .partitionsToOffsetAndMetadata()
                            .get(timeout.toMillis() * 2, TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupAuthorizationException refused) {
                throw refused;
            }
            if (e.getCause() instanceof TimeoutException) {
                throw KafkaProperties.noAnswer(timeout, e);
            }
            throw new StartupException(
                    "group " + group,
                    "its offsets cannot be read (" + e.getCause() + ")",
                    "Check the broker's log, then start again.",
                    e);
        } catch (java.util.concurrent.TimeoutException e) {
            throw KafkaProperties.noAnswer(timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException("group " + group, "interrupted while its offsets were read", "Start again.", e);
        }
    }

    /** The offsets in one topic, without the nulls to which the admin client maps partitions that have no offset. */
    public static Map<TopicPartition, OffsetAndMetadata> of(
            String topic, Map<TopicPartition, OffsetAndMetadata> offsets) {
        Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
        offsets.forEach((partition, offset) -> {
            if (offset != null && partition.topic().equals(topic)) {
                committed.put(partition, offset);
            }
        });
        return committed;
    }
}
