package io.sidetrack.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Kubernetes objects, as rendered. */
record Manifests(List<JsonNode> all) {
    static Manifests read(String yaml) {
        try {
            List<JsonNode> all = new ArrayList<>();
            Chart.YAML
                    .readerFor(JsonNode.class)
                    .<JsonNode>readValues(yaml)
                    .readAll()
                    .forEach(node -> {
                        if (!node.isMissingNode() && !node.isNull()) {
                            all.add(node);
                        }
                    });
            Set<String> ids = new HashSet<>();
            for (JsonNode manifest : all) {
                assertThat(ids.add(id(manifest))).as("twice: " + id(manifest)).isTrue();
            }
            return new Manifests(List.copyOf(all));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String id(JsonNode manifest) {
        return manifest.get("kind").asText() + " " + name(manifest);
    }

    static String name(JsonNode manifest) {
        return manifest.at("/metadata/name").asText();
    }

    List<JsonNode> of(String kind) {
        return all.stream()
                .filter(manifest -> manifest.get("kind").asText().equals(kind))
                .toList();
    }

    JsonNode get(String kind, String name) {
        return of(kind).stream()
                .filter(manifest -> name(manifest).equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " " + name));
    }

    /** All Deployments and Jobs, which have a template of a pod. */
    List<JsonNode> workloads() {
        return all.stream()
                .filter(manifest -> manifest.at("/spec/template/spec").isObject())
                .toList();
    }

    List<JsonNode> ofComponent(String component) {
        return workloads().stream()
                .filter(workload -> container(workload).get("name").asText().equals(component))
                .toList();
    }

    static JsonNode pod(JsonNode workload) {
        return workload.at("/spec/template/spec");
    }

    static JsonNode container(JsonNode workload) {
        JsonNode containers = pod(workload).get("containers");
        assertThat(containers).hasSize(1);
        return containers.get(0);
    }

    /** The environment of a workload's container; a reference to a secret has the value that {@code secret} gives. */
    static Map<String, String> environment(JsonNode workload, String secret) {
        Map<String, String> environment = new HashMap<>();
        for (JsonNode variable : container(workload).get("env")) {
            String name = variable.get("name").asText();
            String value =
                    variable.has("valueFrom") ? secret : variable.get("value").textValue();
            assertThat(value).as(name).isNotNull();
            assertThat(environment.put(name, value.replace("$$(", "$(")))
                    .as(name + " twice")
                    .isNull();
        }
        return environment;
    }

    static Map<String, String> texts(JsonNode map) {
        Map<String, String> texts = new HashMap<>();
        map.properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().textValue()));
        return texts;
    }

    /** True if a selector's matchLabels select a pod of this workload. */
    static boolean selects(JsonNode matchLabels, JsonNode workload) {
        return texts(workload.at("/spec/template/metadata/labels"))
                .entrySet()
                .containsAll(texts(matchLabels).entrySet());
    }
}
