package io.sidetrack.common.topic;

import io.sidetrack.common.settings.KafkaProperties;
import io.sidetrack.common.settings.StartupException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Reads {@link TopicFacts} from a cluster, and turns failures into one-line messages for the operator. */
public final class TopicDirectory {
    private static final String BOOTSTRAP = "KAFKA_BOOTSTRAP_SERVERS";

    private final Admin admin;
    private final Duration timeout;

    /**
     * @param admin not closed by this class
     * @param timeout how long to wait for a response of the cluster
     */
    public TopicDirectory(Admin admin, Duration timeout) {
        this.admin = admin;
        this.timeout = timeout;
    }

    /**
     * Opens an admin client.
     *
     * @param timeout how long its calls may take; closing the client waits that long for calls without a response
     * @throws StartupException if the properties are invalid, or name no host that can be resolved
     */
    public static Admin open(KafkaProperties kafka, Duration timeout) {
        Map<String, Object> properties = kafka.admin();
        if (!properties.containsKey(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG)) {
            properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
            properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) timeout.toMillis());
        }
        try {
            return Admin.create(properties);
        } catch (KafkaException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new StartupException(
                    BOOTSTRAP + "=" + properties.get("bootstrap.servers"),
                    "no client can be created from the KAFKA_ settings (" + cause.getMessage() + ")",
                    "Correct the setting that the message names.",
                    e);
        }
    }

    /**
     * The facts of one topic.
     *
     * @param setting the setting that names the topic, for the message
     * @throws StartupException if the topic does not exist, may not be described, or the cluster does not respond
     */
    public TopicFacts require(String setting, String topic) {
        return find(topic)
                .orElseThrow(() -> new StartupException(
                        setting + "=" + topic,
                        "there is no such topic",
                        "Create it with `sidetrack provision` (it sets what a lane needs), or correct the name."));
    }

    /**
     * The facts of one topic.
     *
     * @return empty if it does not exist
     * @throws StartupException if the topic may not be described or the cluster does not respond
     */
    public Optional<TopicFacts> find(String topic) {
        return Optional.ofNullable(find(List.of(topic)).get(topic));
    }

    /**
     * The facts of those of {@code topics} that exist.
     *
     * @throws StartupException if a topic may not be described or the cluster does not respond
     */
    public Map<String, TopicFacts> find(Collection<String> topics) {
        Map<String, TopicDescription> descriptions = new HashMap<>();
        admin.describeTopics(topics).topicNameValues().forEach((topic, future) -> {
            try {
                descriptions.put(topic, await(topic, future));
            } catch (UnknownTopicOrPartitionException e) {
                // The caller decides whether the topic must exist.
            }
        });
        Map<ConfigResource, KafkaFuture<Config>> configs = admin.describeConfigs(descriptions.keySet().stream()
                        .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                        .toList())
                .values();
        Map<String, TopicFacts> facts = new HashMap<>();
        configs.forEach((resource, future) ->
                facts.put(resource.name(), facts(descriptions.get(resource.name()), await(resource.name(), future))));
        return facts;
    }

    /**
     * True if this principal may write an existing topic, or if the brokers do not answer this question.
     *
     * @throws StartupException if the topic may not be described or the cluster does not respond
     */
    public boolean isWritable(String topic) {
        Set<AclOperation> allowed = await(
                        topic,
                        admin.describeTopics(
                                        List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true))
                                .topicNameValues()
                                .get(topic))
                .authorizedOperations();
        return allowed == null || allowed.contains(AclOperation.WRITE);
    }

    /**
     * The identity of an existing topic.
     *
     * @throws StartupException if the topic does not exist, may not be described, or the cluster does not respond
     */
    public TopicIdentity identity(String topic) {
        return findIdentity(topic)
                .orElseThrow(() -> new StartupException(topic, "there is no such topic any more", "Create it again."));
    }

    /**
     * The identity of a topic. Unlike its facts, it does not require DESCRIBE_CONFIGS.
     *
     * @return empty if the topic does not exist
     * @throws StartupException if the topic may not be described, or the cluster does not respond
     */
    public Optional<TopicIdentity> findIdentity(String topic) {
        try {
            TopicDescription description = await(
                    topic,
                    admin.describeTopics(List.of(topic)).topicNameValues().get(topic));
            String cluster = await("cluster", admin.describeCluster().clusterId());
            return Optional.of(new TopicIdentity(
                    cluster == null ? "none" : cluster, description.topicId().toString()));
        } catch (UnknownTopicOrPartitionException e) {
            return Optional.empty();
        }
    }

    private static TopicFacts facts(TopicDescription topic, Config config) {
        return TopicFacts.named(topic.name())
                .partitions(topic.partitions().size())
                .replicationFactor(topic.partitions().get(0).replicas().size())
                .timestampType(
                        config.get(TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG).value())
                .cleanupPolicy(config.get(TopicConfig.CLEANUP_POLICY_CONFIG).value())
                .retentionMs(number(config, TopicConfig.RETENTION_MS_CONFIG))
                .maxMessageBytes((int) number(config, TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
                .minInSyncReplicas((int) number(config, TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG))
                .segmentBytes((int) number(config, TopicConfig.SEGMENT_BYTES_CONFIG))
                .compressionType(config.get(TopicConfig.COMPRESSION_TYPE_CONFIG).value())
                .retentionBytes(number(config, TopicConfig.RETENTION_BYTES_CONFIG))
                .build();
    }

    private static long number(Config config, String name) {
        return Long.parseLong(config.get(name).value());
    }

    private <T> T await(String topic, KafkaFuture<T> future) {
        try {
            // The client itself stops waiting after its timeout. This limit applies if it fails to do so.
            return future.get(timeout.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
                throw unknown;
            }
            if (e.getCause() instanceof InvalidTopicException) {
                throw new StartupException(
                        topic, "not a legal topic name", "Use letters, digits, '.', '_' and '-', 249 at most.", e);
            }
            if (e.getCause() instanceof TopicAuthorizationException) {
                throw new StartupException(
                        topic, "this principal may not describe it", "Allow DESCRIBE and DESCRIBE_CONFIGS on it.", e);
            }
            if (e.getCause() instanceof TimeoutException) {
                throw KafkaProperties.noAnswer(timeout, e);
            }
            throw new StartupException(topic, "cannot be described (" + e.getCause() + ")", "See the broker's log.", e);
        } catch (java.util.concurrent.TimeoutException e) {
            throw KafkaProperties.noAnswer(timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartupException(topic, "interrupted while it was described", "Start again.", e);
        }
    }
}
