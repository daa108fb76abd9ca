package io.sidetrack.common.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeFeaturesOptions;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.common.KafkaFuture;

/**
 * The release line of each broker of a cluster; during a rolling upgrade they differ.
 *
 * @param byNode the release line of each broker, by its id; empty if the cluster does not respond
 */
public record BrokerReleases(SortedMap<Integer, BrokerRelease> byNode) {
    /**
     * Reads the current release line of every broker. A broker that does not respond, or denies the request, is
     * {@link BrokerRelease#UNKNOWN}; this method does not throw.
     *
     * @param admin not closed by this method
     * @param timeout how long to wait for all responses together
     */
    public static BrokerReleases look(Admin admin, Duration timeout) {
        long deadline = System.nanoTime() + timeout.toNanos();
        Map<Integer, KafkaFuture<FeatureMetadata>> responses = new HashMap<>();
        await(admin.describeCluster().nodes(), deadline)
                .ifPresent(nodes -> nodes.forEach(node -> responses.put(
                        node.id(),
                        admin.describeFeatures(new DescribeFeaturesOptions().nodeId(node.id()))
                                .featureMetadata())));
        SortedMap<Integer, BrokerRelease> releases = new TreeMap<>();
        responses.forEach((node, response) -> releases.put(
                node, await(response, deadline).map(BrokerReleases::release).orElse(BrokerRelease.UNKNOWN)));
        return new BrokerReleases(releases);
    }

    private static <T> Optional<T> await(KafkaFuture<T> future, long deadline) {
        try {
            return Optional.of(future.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS));
        } catch (ExecutionException | TimeoutException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            // Keeps the flag set, so that the next wait of this thread ends at once.
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static BrokerRelease release(FeatureMetadata features) {
        Map<String, Short> maxLevels = new HashMap<>();
        features.supportedFeatures().forEach((name, range) -> maxLevels.put(name, range.maxVersion()));
        return BrokerRelease.of(maxLevels);
    }

    /** The release lines, such as "4.2", "4.2 (broker 1), 4.3 (brokers 2, 3)" or "unknown". */
    public String text() {
        Map<BrokerRelease, List<String>> nodes = new EnumMap<>(BrokerRelease.class);
        byNode.forEach((node, release) ->
                nodes.computeIfAbsent(release, any -> new ArrayList<>()).add(Integer.toString(node)));
        if (nodes.size() < 2) {
            return nodes.keySet().stream()
                    .findFirst()
                    .orElse(BrokerRelease.UNKNOWN)
                    .toString();
        }
        return nodes.entrySet().stream()
                .map(entry -> "%s (broker%s %s)"
                        .formatted(
                                entry.getKey(),
                                entry.getValue().size() == 1 ? "" : "s",
                                String.join(", ", entry.getValue())))
                .collect(Collectors.joining(", "));
    }

    /** True if {@link BrokerRelease#canSkipMarkers} is true for at least one broker. */
    public boolean canSkipMarkers() {
        return byNode.values().stream().anyMatch(BrokerRelease::canSkipMarkers);
    }
}
