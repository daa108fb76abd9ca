package io.sidetrack.ops.provision;

import io.sidetrack.ops.OpsException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Applies changes to a cluster, one at a time. */
final class Provisioner {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

    private final Admin admin;

    Provisioner(Admin admin) {
        this.admin = admin;
    }

    /**
     * Applies a change.
     *
     * @throws OpsException if the cluster rejects it; earlier changes stay, and it is safe to start again
     */
    void apply(Change change) {
        if (change instanceof Change.Create create) {
            create(create.spec());
        } else if (change instanceof Change.Configure configure) {
            await(
                    change,
                    admin.incrementalAlterConfigs(Map.of(topic(configure.topic()), sets(configure)))
                            .all());
        } else if (change instanceof Change.Grow grow) {
            await(
                    change,
                    admin.createPartitions(Map.of(grow.topic(), NewPartitions.increaseTo(grow.to())))
                            .all());
        } else {
            throw new IllegalArgumentException("not an allowed change: " + change);
        }
    }

    private void create(TopicSpec spec) {
        try {
            NewTopic topic = new NewTopic(
                            spec.name(),
                            Optional.of(spec.partitions()),
                            spec.replicationFactor() == -1 ? Optional.empty() : Optional.of(spec.replicationFactor()))
                    .configs(spec.configs());
            await(new Change.Create(spec), admin.createTopics(List.of(topic)).all());
        } catch (OpsException e) {
            // It was created concurrently; the next run checks its configs.
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw e;
            }
        }
    }

    private static ConfigResource topic(String name) {
        return new ConfigResource(ConfigResource.Type.TOPIC, name);
    }

    private static Collection<AlterConfigOp> sets(Change.Configure configure) {
        return configure.settings().entrySet().stream()
                .map(config -> new AlterConfigOp(
                        new ConfigEntry(config.getKey(), config.getValue().to()), AlterConfigOp.OpType.SET))
                .toList();
    }

    /**
     * Waits until every partition has a leader. A producer that starts earlier can lose the first records of a partition to a
     * timeout.
     *
     * @throws OpsException if a partition has none after a minute
     */
    void awaitLeaders(List<TopicSpec> topics) {
        List<String> names = topics.stream().map(TopicSpec::name).toList();
        long start = System.nanoTime();
        while (true) {
            Optional<String> missing = withoutLeader(names);
            if (missing.isEmpty()) {
                return;
            }
            if (System.nanoTime() - start > TIMEOUT.toNanos()) {
                throw new OpsException(missing.get() + " has no leader after " + TIMEOUT.toSeconds()
                        + " s; see the brokers' logs, then run this again");
            }
            LockSupport.parkNanos(POLL_INTERVAL.toNanos());
        }
    }

    private Optional<String> withoutLeader(List<String> names) {
        Map<String, KafkaFuture<TopicDescription>> descriptions =
                admin.describeTopics(names).topicNameValues();
        for (Map.Entry<String, KafkaFuture<TopicDescription>> entry : descriptions.entrySet()) {
            try {
                TopicDescription topic = entry.getValue().get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
                if (topic.partitions().stream()
                        .anyMatch(partition ->
                                partition.leader() == null || partition.leader().isEmpty())) {
                    return Optional.of(entry.getKey());
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                    return Optional.of(entry.getKey());
                }
                throw new OpsException(
                        entry.getKey() + " cannot be described: " + e.getCause().getMessage(), e);
            } catch (TimeoutException e) {
                return Optional.of(entry.getKey());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OpsException("interrupted", e);
            }
        }
        return Optional.empty();
    }

    private static void await(Change change, KafkaFuture<Void> future) {
        try {
            future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new OpsException(
                    "could not " + change.instruction() + ": " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new OpsException("could not " + change.instruction() + ": the cluster did not respond", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OpsException("interrupted", e);
        }
    }
}
