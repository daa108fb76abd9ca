package io.sidetrack.ops.cluster;

import io.sidetrack.common.control.ControlTopic;
import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import io.sidetrack.common.topic.TopicDirectory;
import io.sidetrack.common.topic.TopicFacts;
import io.sidetrack.ops.OpsException;
import java.time.Duration;
import java.time.Instant;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsSpec;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;

/** A Kafka cluster. Failed requests become an {@link OpsException} that names a remedy. Not thread-safe. */
public final class Cluster implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

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
        return new Cluster(client, TopicDirectory.open(client, TIMEOUT));
    }

    /** The properties of its clients. */
    public KafkaProperties client() {
        return client;
    }

    /** Its admin client, for other requests. */
    public Admin admin() {
        return admin;
    }

    /** Its topics. */
    public TopicDirectory topics() {
        return new TopicDirectory(admin, TIMEOUT);
    }

    /** The control topic of this name, which need not exist. */
    public ControlTopic control(String topic) {
        return new ControlTopic(topic, client, TIMEOUT);
    }

    /** The offsets that an existing topic holds, by partition. */
    public SortedMap<Integer, OffsetRange> ranges(String topic, int partitions) {
        return ranges(topic, partitions, IsolationLevel.READ_UNCOMMITTED);
    }

    /**
     * The offsets that an existing topic holds, by partition.
     *
     * @param level with {@code READ_COMMITTED}, a partition ends at its first open transaction
     */
    public SortedMap<Integer, OffsetRange> ranges(String topic, int partitions, IsolationLevel level) {
        Map<TopicPartition, OffsetSpec> earliest = new HashMap<>();
        Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            earliest.put(new TopicPartition(topic, partition), OffsetSpec.earliest());
            latest.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        String what = "offsets of " + topic;
        Map<TopicPartition, ListOffsetsResultInfo> starts =
                await(what, admin.listOffsets(earliest).all());
        Map<TopicPartition, ListOffsetsResultInfo> ends = await(
                what, admin.listOffsets(latest, new ListOffsetsOptions(level)).all());
        SortedMap<Integer, OffsetRange> ranges = new TreeMap<>();
        ends.forEach((partition, end) -> ranges.put(
                partition.partition(), new OffsetRange(starts.get(partition).offset(), end.offset())));
        return ranges;
    }

    /**
     * The first record of each partition with the timestamp of an instant or later; without those partitions that have none.
     *
     * @param timestampMs the timestamp of records, in ms since 1970
     */
    public SortedMap<Integer, FirstRecord> firstAt(String topic, int partitions, long timestampMs) {
        Map<TopicPartition, OffsetSpec> at = new HashMap<>();
        for (int partition = 0; partition < partitions; partition++) {
            // Kafka gives negative timestamps a meaning of their own.
            at.put(new TopicPartition(topic, partition), OffsetSpec.forTimestamp(Math.max(0, timestampMs)));
        }
        SortedMap<Integer, FirstRecord> records = new TreeMap<>();
        await("offsets of " + topic, admin.listOffsets(at).all()).forEach((partition, found) -> {
            if (found.offset() >= 0) {
                records.put(partition.partition(), new FirstRecord(found.offset(), found.timestamp()));
            }
        });
        return records;
    }

    /**
     * The first offset of each partition with a record of an instant or later; the end of the partition if there is none.
     *
     * @param timestampMs the timestamp of records, in ms since 1970
     */
    public SortedMap<Integer, Long> offsetsAt(String topic, int partitions, long timestampMs) {
        SortedMap<Integer, FirstRecord> found = firstAt(topic, partitions, timestampMs);
        SortedMap<Integer, Long> offsets = new TreeMap<>();
        ranges(topic, partitions)
                .forEach((partition, range) -> offsets.put(
                        partition,
                        found.containsKey(partition) ? found.get(partition).offset() : range.end()));
        return offsets;
    }

    /**
     * The offsets that options select, by partition: those of an instant, as {@link #offsetsAt(String, int, long)} finds them,
     * and those that are given, which take precedence.
     *
     * @param at empty if no instant is given
     * @throws StartupException if an offset is given for a partition that the topic does not have
     */
    public SortedMap<Integer, Long> offsetsAt(TopicFacts topic, Optional<Instant> at, Map<Integer, Long> given) {
        SortedMap<Integer, Long> offsets = at.map(
                        instant -> offsetsAt(topic.name(), topic.partitions(), instant.toEpochMilli()))
                .orElseGet(TreeMap::new);
        given.forEach((partition, offset) -> {
            if (partition < 0 || partition >= topic.partitions()) {
                throw new StartupException(
                        partition + "=" + offset,
                        "topic %s has the partitions 0 to %d".formatted(topic.name(), topic.partitions() - 1),
                        "Name one of them.");
            }
            offsets.put(partition, offset);
        });
        return offsets;
    }

    /** The position of a group in an existing topic. A group that does not exist has committed no offsets. */
    public GroupPosition position(String topic, int partitions, String group) {
        return position(topic, partitions, group, false);
    }

    /** The position of a group after all transactions that commit its offsets are completed, for a takeover. */
    public GroupPosition stablePosition(String topic, int partitions, String group) {
        return position(topic, partitions, group, true);
    }

    private GroupPosition position(String topic, int partitions, String group, boolean stable) {
        Map<TopicPartition, OffsetAndMetadata> committed = await(
                "offsets of group " + group,
                admin.listConsumerGroupOffsets(group, new ListConsumerGroupOffsetsOptions().requireStable(stable))
                        .partitionsToOffsetAndMetadata());
        SortedMap<Integer, GroupPosition.PartitionPosition> positions = new TreeMap<>();
        ranges(topic, partitions).forEach((partition, range) -> {
            OffsetAndMetadata offset = committed.get(new TopicPartition(topic, partition));
            positions.put(
                    partition,
                    new GroupPosition.PartitionPosition(
                            range, offset == null ? OptionalLong.empty() : OptionalLong.of(offset.offset())));
        });
        return new GroupPosition(topic, group, positions);
    }

    /**
     * The groups that have committed offsets of a topic, in the order of their names, as far as this principal may see them.
     *
     * @param except a group to ignore
     */
    public List<String> groupsIn(String topic, String except) {
        Map<String, ListConsumerGroupOffsetsSpec> asked = new HashMap<>();
        await("groups", admin.listGroups().all())
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

    /** False for a group of another type, or one that this principal may not describe. */
    private static boolean hasOffsetsOf(String topic, KafkaFuture<Map<TopicPartition, OffsetAndMetadata>> offsets) {
        try {
            return await("offsets", offsets).entrySet().stream()
                    .anyMatch(entry -> entry.getKey().topic().equals(topic) && entry.getValue() != null);
        } catch (OpsException e) {
            return false;
        }
    }

    /** Searches for a record that a group has not read; see {@link UnreadSearch#search}. */
    public Unread unread(GroupPosition position, UnreadSearch.Progress progress) {
        return UnreadSearch.search(client, position, progress);
    }

    /** The share of records among some offsets of a topic; see {@link RecordShare#of}. */
    public OptionalDouble recordShare(String topic, Map<Integer, OffsetRange> ranges) {
        return RecordShare.of(client, topic, ranges);
    }

    /** The state of a group; empty if it does not exist, or this principal may not see it. */
    public Optional<GroupState> state(String group) {
        return await("groups", admin.listGroups().all()).stream()
                .filter(listing -> listing.groupId().equals(group))
                .findFirst()
                .flatMap(GroupListing::groupState);
    }

    /**
     * Which member of a group has which partitions of a topic, as a text that changes with it; empty if the group has no members.
     */
    public String owners(String group, String topic) {
        Optional<GroupType> type = await("groups", admin.listGroups().all()).stream()
                .filter(listing -> listing.groupId().equals(group))
                .findFirst()
                .flatMap(GroupListing::type);
        if (type.isEmpty()) {
            return "";
        }
        Stream<String> owners = type.get() == GroupType.STREAMS
                ? await(
                                "group " + group,
                                admin.describeStreamsGroups(List.of(group))
                                        .describedGroups()
                                        .get(group))
                        .members()
                        .stream()
                        .map(member -> member.memberId() + member.assignment().activeTasks())
                : await(
                                "group " + group,
                                admin.describeConsumerGroups(List.of(group))
                                        .describedGroups()
                                        .get(group))
                        .members()
                        .stream()
                        .map(member -> member.consumerId()
                                + member.assignment().topicPartitions().stream()
                                        .filter(partition -> partition.topic().equals(topic))
                                        .map(TopicPartition::partition)
                                        .sorted()
                                        .toList());
        return owners.sorted().collect(Collectors.joining(" "));
    }

    /** True if a group has members. */
    public boolean isActive(String group) {
        return state(group)
                .filter(state -> state != GroupState.EMPTY && state != GroupState.DEAD)
                .isPresent();
    }

    /**
     * Requires that a group has no members.
     *
     * @param remedy how to stop its members, in the imperative
     * @throws OpsException if it has members
     */
    public void requireStopped(String group, String remedy) {
        if (isActive(group)) {
            throw new OpsException("group %s is active (%s); %s, wait until its session has timed out, then try again"
                    .formatted(group, state(group).map(Object::toString).orElse("?"), remedy));
        }
    }

    /** Sets the offsets of a group without members in a topic, by partition. */
    public void commit(String group, String topic, Map<Integer, Long> offsets) {
        Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
        offsets.forEach(
                (partition, offset) -> all.put(new TopicPartition(topic, partition), new OffsetAndMetadata(offset)));
        await(
                "offsets of group " + group,
                admin.alterConsumerGroupOffsets(group, all).all());
    }

    /**
     * Waits for the result of a request.
     *
     * @param what the subject of the request, for messages
     * @throws OpsException if the request fails or times out
     */
    public static <T> T await(String what, KafkaFuture<T> future) {
        try {
            return future.get(TIMEOUT.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String remedy = cause instanceof AuthorizationException
                    ? "grant this principal the ACLs in docs/security.md"
                    : "check that the brokers are up and the settings are correct";
            throw new OpsException("%s: the cluster responded with %s; %s".formatted(what, reason(cause), remedy), e);
        } catch (TimeoutException e) {
            throw new OpsException(what + ": no broker responded; check the address and that the brokers are up", e);
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
        admin.close(TIMEOUT);
    }
}
