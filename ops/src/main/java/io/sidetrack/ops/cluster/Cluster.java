package io.sidetrack.ops.cluster;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.ops.OpsException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/** A cluster, for commands: every answer of it, or an {@link OpsException} that says what to do. Not thread-safe. */
public final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaProperties client;
    private final Admin admin;

    private Cluster(KafkaProperties client, Admin admin) {
        this.client = client;
        this.admin = admin;
    }

    /**
     * Opens a cluster.
     *
     * @param client the properties of its clients
     */
    public static Cluster open(KafkaProperties client) {
        return new Cluster(client, TopicDirectory.open(client, PATIENCE));
    }

    /** The properties of its clients. */
    public KafkaProperties client() {
        return client;
    }

    /** Its admin client, for what is not here. */
    public Admin admin() {
        return admin;
    }

    /** What is known of its topics. */
    public TopicDirectory topics() {
        return new TopicDirectory(admin, PATIENCE);
    }

    /** Where takeovers are recorded. */
    public ControlTopic control(String topic) {
        return new ControlTopic(topic, client, PATIENCE);
    }

    /** What each partition of an existing topic holds. */
    public SortedMap<Integer, OffsetRange> spans(String topic, int partitions) {
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            earliest.put(new TopicPartition(topic, partition), OffsetSpec.earliest());
            latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        String what = "offsets of " + topic;
        Map<TopicPartition, ListOffsetsResultInfo> starts =
                answer(what, admin.listOffsets(earliest).all());
        Map<TopicPartition, ListOffsetsResultInfo> ends =
                answer(what, admin.listOffsets(latest).all());
        SortedMap<Integer, OffsetRange> spans = new TreeMap<>();
        ends.forEach((partition, end) -> spans.put(
                partition.partition(), new OffsetRange(starts.get(partition).offset(), end.offset())));
        return spans;
    }

    /**
     * The first offset of each partition whose record is of an instant or later; the partition's end if there is none.
     *
     * @param timestampMs as records have it, ms since 1970
     */
    public SortedMap<Integer, Long> offsetsAt(String topic, int partitions, long timestampMs) {
        Map<TopicPartition, OffsetSpec> at = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            at.put(new TopicPartition(topic, partition), OffsetSpec.forTimestamp(timestampMs));
        }
        SortedMap<Integer, OffsetRange> spans = spans(topic, partitions);
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        answer("offsets of " + topic, admin.listOffsets(at).all())
                .forEach((partition, found) -> offsets.put(
                        partition.partition(),
                        found.offset() < 0 ? spans.get(partition.partition()).end() : found.offset()));
        return offsets;
    }

    /** Where a group stands in an existing topic; a group that does not exist has committed nothing. */
    public GroupPosition standing(String topic, int partitions, String group) {
        return standing(topic, partitions, group, false);
    }

    /** As {@link #standing}, after every transaction that commits offsets of the group is completed: for a takeover. */
    public GroupPosition stableStanding(String topic, int partitions, String group) {
        return standing(topic, partitions, group, true);
    }

    private GroupPosition standing(String topic, int partitions, String group, boolean stable) {
        Map<TopicPartition, OffsetAndMetadata> committed = answer(
                "offsets of group " + group,
                admin.listConsumerGroupOffsets(group, new ListConsumerGroupOffsetsOptions().requireStable(stable))
                        .partitionsToOffsetAndMetadata());
        SortedMap<Integer, GroupPosition.PartitionPosition> places = new TreeMap<>();
        spans(topic, partitions).forEach((partition, span) -> {
            OffsetAndMetadata offset = committed.get(new TopicPartition(topic, partition));
            places.put(
                    partition,
                    new GroupPosition.PartitionPosition(
                            span, offset == null ? OptionalLong.empty() : OptionalLong.of(offset.offset())));
        });
        return new GroupPosition(topic, group, places);
    }

    /**
     * The groups that have committed offsets of a topic, by name, as far as this principal may see them.
     *
     * @param except a group to leave out
     */
    public List<String> groupsIn(String topic, String except) {
        Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
        answer("groups", admin.listGroups().all())
                .forEach(group -> asked.put(group.groupId(), new ListConsumerGroupOffsetsSpec()));
        asked.remove(except);
        List<String> found = new ArrayList<>();
        if (!asked.isEmpty()) {
            ListConsumerGroupOffsetsResult offsets = admin.listConsumerGroupOffsets(asked);
            asked.keySet().forEach(group -> {
                if (hasOffsetsOf(topic, offsets.partitionsToOffsetAndMetadata(group))) {
                    found.add(group);
                }
            });
        }
        Collections.sort(found);
        return found;
    }

    /** A group of another kind, or one that this principal may not look at, has none that count. */
    private static boolean hasOffsetsOf(String topic, KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> offsets) {
        try {
            return answer("offsets", offsets).entrySet().stream()
                    .anyMatch(entry -> entry.getKey().topic().equals(topic) && entry.getValue() != null);
        } catch (OpsException e) {
            return false;
        }
    }

    /** What a group has not read; as {@link UnreadSearch#search}. */
    public Unread unread(GroupPosition standing, UnreadSearch.Progress progress) {
        return UnreadSearch.search(client, standing, progress);
    }

    /** The records among some offsets of a topic, divided by the offsets; as {@link RecordShare#of}. */
    public OptionalDouble recordShare(String topic, Map<Integer, OffsetRange> spans) {
        return RecordShare.of(client, topic, spans);
    }

    /** The state of a group; empty if there is none, or this principal may not see it. */
    public Optional<GroupState> state(String group) {
        return answer("groups", admin.listGroups().all()).stream()
                .filter(listing -> listing.groupId().equals(group))
                .findFirst()
                .flatMap(GroupListing::groupState);
    }

    /** Whether a group has members. */
    /** Whether the group has members. */
    public boolean isActive(String group) {
        return state(group)
                .filter(state -> state != GroupState.EMPTY && state != GroupState.DEAD)
                .isPresent();
    }

    /**
     * Makes sure that nobody reads for a group.
     *
     * @throws OpsException if it has members; it says how to go on
     */
    public void requireStopped(String group, String remedy) {
        if (isActive(group)) {
            throw new OpsException("group %s is active (%s); %s, wait until its session has timed out, then go on"
                    .formatted(group, state(group).map(Object::toString).orElse("?"), remedy));
        }
    }

    /** Sets where a group without members stands in a topic. */
    public void commit(String group, String topic, Map<Integer, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> all.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        answer(
                "offsets of group " + group,
                admin.alterConsumerGroupOffsets(group, all).all());
    }

    /**
     * Waits for an answer.
     *
     * @param what is asked for, as it stands in a message
     * @throws OpsException if it does not come, or is no
     */
    public static <T> T answer(String what, KafkaFuture<T> future) {
        try {
            return future.get(PATIENCE.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String remedy = cause instanceof AuthorizationException
                    ? "grant this principal the ACLs in docs/security.md"
                    : "check that the brokers are up and the settings match";
            throw new OpsException("%s: the cluster says %s; %s".formatted(what, reason(cause), remedy), e);
        } catch (TimeoutException e) {
            throw new OpsException(what + ": no broker answered; check the address and that the brokers are up", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpsException(what + ": interrupted", e);
        }
    }

    private static String reason(Throwable cause) {
        return cause.getClass().getSimpleName() + " (" + cause.getMessage() + ")";
    }

    @Override
    public void close() {
        admin.close(PATIENCE);
    }
}
