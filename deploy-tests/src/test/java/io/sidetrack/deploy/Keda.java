package io.sidetrack.deploy;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** KEDA's custom resources, version v1alpha1, as far as the chart uses them, by KEDA's reference. */
final class Keda {
    /** The metadata of the triggers {@code kafka} and {@code apache-kafka}. */
    static final Set<String> TRIGGER_METADATA = Set.of(
            "bootstrapServers",
            "consumerGroup",
            "topic",
            "lagThreshold",
            "activationLagThreshold",
            "offsetResetPolicy",
            "allowIdleConsumers",
            "scaleToZeroOnInvalidOffset",
            "excludePersistentLag",
            "limitToPartitionsWithLag",
            "ensureEvenDistributionOfPartitions",
            "version",
            "partitionLimitation",
            "sasl",
            "tls",
            "unsafeSsl",
            "awsRegion",
            "saslTokenType");

    private Keda() {}

    record ScaledObject(
            @JsonProperty(required = true) String apiVersion,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) JsonNode metadata,
            @JsonProperty(required = true) Spec spec) {}

    record Spec(
            @JsonProperty(required = true) ScaleTarget scaleTargetRef,
            Integer pollingInterval,
            Integer cooldownPeriod,
            Integer initialCooldownPeriod,
            Integer idleReplicaCount,
            Integer minReplicaCount,
            Integer maxReplicaCount,
            Advanced advanced,
            @JsonProperty(required = true) List<Trigger> triggers) {}

    record ScaleTarget(
            String apiVersion,
            String kind,
            @JsonProperty(required = true) String name) {}

    record Advanced(Boolean restoreToOriginalReplicaCount, AutoscalerConfig horizontalPodAutoscalerConfig) {}

    record AutoscalerConfig(String name, Behavior behavior) {}

    record Behavior(Scaling scaleUp, Scaling scaleDown) {}

    record Scaling(Integer stabilizationWindowSeconds, String selectPolicy) {}

    record Trigger(
            @JsonProperty(required = true) String type,
            String name,
            @JsonProperty(required = true) Map<String, String> metadata,
            AuthenticationRef authenticationRef) {}

    record AuthenticationRef(@JsonProperty(required = true) String name, String kind) {}

    record TriggerAuthentication(
            @JsonProperty(required = true) String apiVersion,
            @JsonProperty(required = true) String kind,
            @JsonProperty(required = true) JsonNode metadata,
            @JsonProperty(required = true) AuthenticationSpec spec) {}

    record AuthenticationSpec(@JsonProperty(required = true) List<SecretTarget> secretTargetRef) {}

    record SecretTarget(
            @JsonProperty(required = true) String parameter,
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String key) {}
}
