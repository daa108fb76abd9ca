package io.sidetrack.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The rendered objects: valid for the API, and about each other. */
class ChartModelTest {
    private static final String DNS_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
    private static final String LABEL_VALUE = "([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?";

    static List<String> examples() {
        return Chart.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyObjectIsReadStrictlyByItsModel(String example) throws IOException {
        Manifests manifests = Chart.example(example).manifests();
        assertThat(manifests.all()).hasSizeGreaterThan(8);
        for (JsonNode manifest : manifests.all()) {
            assertThat(StrictModels.read(manifest)).as(Manifests.id(manifest)).isNotNull();
        }
    }

    @Test
    void fieldThatTheApiDoesNotKnowIsFound() {
        for (String path : List.of("/spec", "/spec/template/spec", "/spec/template/spec/containers/0/livenessProbe")) {
            JsonNode deployment = Chart.example("minimal")
                    .manifests()
                    .get("Deployment", "demo-sidetrack-router")
                    .deepCopy();
            ((ObjectNode) deployment.at(path)).put("replica", 1);
            assertThatThrownBy(() -> StrictModels.read(deployment))
                    .as(path)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("replica");
        }
        JsonNode scaled = Chart.example("production")
                .manifests()
                .of("ScaledObject")
                .get(0)
                .deepCopy();
        ((ObjectNode) scaled.at("/spec/triggers/0/metadata")).put("lagThreshold", 5);
        assertThatThrownBy(() -> StrictModels.read(scaled)).isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void namesAndLabelsAreLegal(String example) {
        for (JsonNode manifest : Chart.example(example).manifests().all()) {
            assertThat(Manifests.name(manifest)).matches(DNS_LABEL).hasSizeLessThanOrEqualTo(54);
            assertThat(Manifests.texts(manifest.at("/metadata/labels"))).isNotEmpty();
            for (String labels : List.of("/metadata/labels", "/spec/template/metadata/labels")) {
                assertThat(Manifests.texts(manifest.at(labels)).values())
                        .allSatisfy(value -> assertThat(value).matches(LABEL_VALUE));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void selectorsSelectExactlyThePodsThatTheyAreFor(String example) {
        Manifests manifests = Chart.example(example).manifests();
        Set<String> selected = new HashSet<>();
        for (JsonNode deployment : manifests.of("Deployment")) {
            assertThat(selecting(manifests, deployment.at("/spec/selector/matchLabels")))
                    .containsExactly(Manifests.name(deployment));
            selected.add(Manifests.name(deployment));
        }
        for (JsonNode budget : manifests.of("PodDisruptionBudget")) {
            assertThat(selecting(manifests, budget.at("/spec/selector/matchLabels")))
                    .containsExactly(Manifests.name(budget));
        }
        for (JsonNode policy : manifests.of("NetworkPolicy")) {
            assertThat(selecting(manifests, policy.at("/spec/podSelector/matchLabels")))
                    .containsExactly(Manifests.name(policy));
        }
        for (JsonNode scaled : manifests.of("ScaledObject")) {
            assertThat(selected).contains(scaled.at("/spec/scaleTargetRef/name").asText());
        }
        for (JsonNode workload : manifests.workloads()) {
            for (JsonNode constraint : Manifests.pod(workload).path("topologySpreadConstraints")) {
                assertThat(selecting(manifests, constraint.at("/labelSelector/matchLabels")))
                        .contains(Manifests.name(workload));
            }
            String account = Manifests.pod(workload).get("serviceAccountName").asText();
            if (!account.equals("shared")) {
                assertThat(manifests.get("ServiceAccount", account)).isNotNull();
            }
        }
    }

    private static List<String> selecting(Manifests manifests, JsonNode labels) {
        assertThat(labels.isObject()).isTrue();
        return manifests.workloads().stream()
                .filter(workload -> Manifests.selects(labels, workload))
                .map(Manifests::name)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void monitorsReadTheMetricsOfEveryPodOnceAndNameTheJobAsTheAlertsExpect(String example) {
        Manifests manifests = Chart.example(example).manifests();
        Set<String> monitored = new HashSet<>();
        for (JsonNode monitor : manifests.of("PodMonitor")) {
            for (String pod : selecting(manifests, monitor.at("/spec/selector/matchLabels"))) {
                assertThat(monitored.add(pod)).as(pod).isTrue();
            }
            checkEndpoint(monitor.at("/spec/podMetricsEndpoints"), Manifests.name(monitor));
        }
        for (JsonNode monitor : manifests.of("ServiceMonitor")) {
            for (JsonNode service : manifests.of("Service")) {
                if (Manifests.texts(service.at("/metadata/labels"))
                        .entrySet()
                        .containsAll(Manifests.texts(monitor.at("/spec/selector/matchLabels"))
                                .entrySet())) {
                    assertThat(service.at("/spec/publishNotReadyAddresses").booleanValue())
                            .isTrue();
                    for (String pod : selecting(manifests, service.at("/spec/selector"))) {
                        assertThat(monitored.add(pod)).as(pod).isTrue();
                    }
                }
            }
            checkEndpoint(monitor.at("/spec/endpoints"), Manifests.name(monitor));
        }
        if (!example.equals("minimal")) {
            assertThat(monitored)
                    .containsExactlyInAnyOrderElementsOf(manifests.of("Deployment").stream()
                            .map(Manifests::name)
                            .toList());
        }
    }

    private static void checkEndpoint(JsonNode endpoints, String monitor) {
        assertThat(endpoints).hasSize(1);
        assertThat(endpoints.at("/0/port").asText()).isEqualTo("metrics");
        assertThat(endpoints.at("/0/relabelings/0/targetLabel").asText()).isEqualTo("job");
        assertThat(endpoints.at("/0/relabelings/0/replacement").asText())
                .isEqualTo("sidetrack-" + monitor.substring(monitor.lastIndexOf('-') + 1));
    }

    @Test
    void jobAndWhatItNeedsExistBeforeEverythingElse() {
        Manifests manifests = Chart.example("production").manifests();
        for (JsonNode manifest : manifests.all()) {
            boolean hook = manifest.at("/metadata/annotations").has("helm.sh/hook");
            assertThat(hook)
                    .as(Manifests.id(manifest))
                    .isEqualTo(Manifests.name(manifest).endsWith("-provision"));
        }
        JsonNode job = manifests.get("Job", "demo-sidetrack-provision");
        for (String kind : List.of("ServiceAccount", "NetworkPolicy")) {
            assertThat(weight(manifests.get(kind, "demo-sidetrack-provision"))).isLessThan(weight(job));
        }
        assertThat(job.at("/metadata/annotations/helm.sh~1hook").asText()).isEqualTo("pre-install,pre-upgrade");
        assertThat(Chart.example("production")
                        .with("provision: {hook: false}")
                        .manifests()
                        .get("Job", "demo-sidetrack-provision")
                        .at("/metadata/annotations")
                        .isMissingNode())
                .isTrue();
    }

    private static int weight(JsonNode hook) {
        return Integer.parseInt(
                hook.at("/metadata/annotations/helm.sh~1hook-weight").asText());
    }

    @Test
    void roleOfIamIsAnAnnotationOfTheAccountOfItsWorkload() {
        Manifests manifests = Chart.example("everything").manifests();
        JsonNode account = manifests.get("ServiceAccount", "lanes-writer-search");
        assertThat(Manifests.texts(account.at("/metadata/annotations")))
                .containsEntry("eks.amazonaws.com/role-arn", "arn:aws:iam::123456789012:role/search")
                .containsEntry("example.com/team", "search");
        assertThat(Manifests.pod(manifests.get("Deployment", "lanes-router"))
                        .get("serviceAccountName")
                        .asText())
                .isEqualTo("shared");
        assertThat(manifests.of("ServiceAccount").stream().map(Manifests::name)).doesNotContain("shared");
    }
}
