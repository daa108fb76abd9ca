package io.sidetrack.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sidetrack.common.http.HttpSettings;
import io.sidetrack.common.lane.DefaultNames;
import io.sidetrack.ops.OpsArguments;
import io.sidetrack.router.RouterStart;
import io.sidetrack.router.settings.RouterSettings;
import io.sidetrack.writer.WriterStart;
import io.sidetrack.writer.settings.WriterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the manifests set is what the programs read: the services' own code reads the rendered environment. */
class ChartSettingsTest {
    private static final String JAAS =
            "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"u\" password=\"p\";";

    static List<String> examples() {
        return Chart.examples();
    }

    private static Map<String, String> environment(JsonNode workload) {
        Map<String, String> environment = Manifests.environment(workload, JAAS);
        // Not a secret that this test could make up; Kafka would parse it.
        environment.keySet().removeIf(name -> name.startsWith("KAFKA_SSL_KEYSTORE"));
        return environment;
    }

    @ParameterizedTest
    @MethodSource("examples")
    void everyServiceAcceptsItsEnvironmentAndKnowsEveryVariable(String example) {
        Manifests manifests = Chart.example(example).manifests();
        assertThat(manifests.ofComponent("router")).hasSize(1).allSatisfy(router -> {
            Map<String, String> environment = environment(router);
            RouterSettings settings = RouterStart.configure(environment);
            assertThat(settings.unknown()).isEmpty();
            assertPorts(router, settings.http());
            assertGracePeriod(router, settings.shutdownTimeout());
            assertKnown(environment.keySet(), "ROUTER_");
        });
        assertThat(manifests.ofComponent("writer")).hasSizeGreaterThan(1).allSatisfy(writer -> {
            Map<String, String> environment = environment(writer);
            WriterSettings settings = WriterStart.configure(environment);
            assertThat(settings.unknown()).isEmpty();
            assertPorts(writer, settings.http());
            assertGracePeriod(writer, settings.shutdownTimeout());
            assertKnown(environment.keySet(), "WRITER_");
        });
    }

    private static void assertPorts(JsonNode workload, HttpSettings http) {
        JsonNode container = Manifests.container(workload);
        assertThat(http.host()).isEmpty();
        for (JsonNode port : container.get("ports")) {
            int expected = port.get("name").asText().equals("http")
                    ? http.port()
                    : http.metricsPort().orElseThrow();
            assertThat(port.get("containerPort").intValue()).isEqualTo(expected);
        }
        assertThat(container.get("ports")).hasSize(2);
        Map.of("startupProbe", "/livez", "livenessProbe", "/livez", "readinessProbe", "/readyz")
                .forEach((probe, path) -> {
                    assertThat(container.at("/" + probe + "/httpGet/port").asText())
                            .isEqualTo("http");
                    assertThat(container.at("/" + probe + "/httpGet/path").asText())
                            .isEqualTo(path);
                });
        // A start may wait 30 s for brokers, and as long for the table.
        assertThat(container.at("/startupProbe/periodSeconds").intValue()
                        * container.at("/startupProbe/failureThreshold").intValue())
                .isGreaterThan(90);
    }

    private static void assertGracePeriod(JsonNode workload, Duration shutdown) {
        JsonNode sleep = Manifests.container(workload).at("/lifecycle/preStop/exec/command/1");
        int preStop = sleep.isMissingNode() ? 0 : Integer.parseInt(sleep.textValue());
        assertThat(Duration.ofSeconds(Manifests.pod(workload)
                        .get("terminationGracePeriodSeconds")
                        .longValue()))
                .isBetween(shutdown.plusSeconds(preStop + 10L), shutdown.plusSeconds(preStop + 20L));
    }

    /** Kafka ignores a property that it does not know, so a misspelt one would have no effect. */
    private static void assertKnown(Set<String> names, String prefix) {
        Set<String> kafka = new TreeSet<>(StreamsConfig.configDef().names());
        kafka.addAll(ConsumerConfig.configNames());
        kafka.addAll(ProducerConfig.configNames());
        kafka.addAll(AdminClientConfig.configNames());
        Set<String> others = Set.of("AWS_REGION", "JAVA_TOOL_OPTIONS", "LOG_FORMAT", "LOG_LEVEL", "POD_NAME");
        assertThat(names).allSatisfy(name -> {
            if (name.startsWith("KAFKA_")) {
                assertThat(kafka)
                        .contains(name.substring(6)
                                .toLowerCase(java.util.Locale.ROOT)
                                .replace('_', '.'));
            } else {
                assertThat(name.startsWith(prefix) || others.contains(name))
                        .as(name)
                        .isTrue();
            }
        });
    }

    /** The examples that are not rendered: for ECS, and those of the documentation. */
    @Test
    void writerAcceptsTheTaskDefinitionForEcsAndKafkaKnowsEveryVariableOfTheExamples() throws IOException {
        JsonNode container = Chart.YAML
                .readTree(Chart.ROOT.resolve("deploy/ecs/writer-backfill.json").toFile())
                .at("/containerDefinitions/0");
        Map<String, String> environment = new HashMap<>();
        container
                .get("environment")
                .forEach(variable -> environment.put(
                        variable.get("name").asText(), variable.get("value").asText()));
        container
                .get("secrets")
                .forEach(variable -> environment.put(variable.get("name").asText(), JAAS));
        assertThat(WriterStart.configure(environment).unknown()).isEmpty();
        assertKnown(environment.keySet(), "WRITER_");
        Set<String> documented = new TreeSet<>();
        for (String page : List.of("deployment", "security")) {
            Matcher name = Pattern.compile("(?m)^    (KAFKA_\\w+)=")
                    .matcher(Files.readString(Chart.ROOT.resolve("docs/" + page + ".md")));
            while (name.find()) {
                documented.add(name.group(1));
            }
        }
        // The name of the provider, file, is part of this one.
        documented.remove("KAFKA_CONFIG_PROVIDERS_FILE_CLASS");
        assertThat(documented).hasSizeGreaterThan(8);
        assertKnown(documented, "");
    }

    @Test
    void preStopDelayIsAddedToTheGracePeriod() {
        JsonNode router = Chart.example("everything").manifests().get("Deployment", "lanes-router");
        assertThat(Manifests.container(router)
                        .at("/lifecycle/preStop/exec/command")
                        .toString())
                .isEqualTo("[\"sleep\",\"5\"]");
        JsonNode live = Chart.example("everything").manifests().get("Deployment", "lanes-writer-live");
        assertThat(Manifests.pod(live).get("terminationGracePeriodSeconds").intValue())
                .isEqualTo(5 + 61 + 15);
    }

    @ParameterizedTest
    @MethodSource("examples")
    void writersReadTheLanesThatTheRouterWritesAndTheJobCreates(String example) {
        Manifests manifests = Chart.example(example).manifests();
        RouterSettings router = RouterStart.configure(
                environment(manifests.ofComponent("router").get(0)));
        JsonNode job = manifests.of("Job").get(0);
        List<String> arguments = new ArrayList<>();
        Manifests.container(job).get("args").forEach(argument -> arguments.add(argument.textValue()));
        var provision = OpsArguments.parse(environment(job), arguments);
        assertThat(provision.commandSpec().name()).isEqualTo("provision");
        assertThat(provision.<String>matchedOptionValue("--source", ""))
                .isEqualTo(router.topics().source());
        assertThat(provision.<String>matchedOptionValue("--live", ""))
                .isEqualTo(router.topics().live());
        assertThat(provision.<String>matchedOptionValue("--backfill", ""))
                .isEqualTo(router.topics().backfill());
        for (JsonNode writer : manifests.ofComponent("writer")) {
            WriterSettings settings = WriterStart.configure(environment(writer));
            if (!Manifests.name(writer).endsWith("-other")) {
                assertThat(settings.topic())
                        .isEqualTo(
                                settings.guard().lane().name().equals("LIVE")
                                        ? router.topics().live()
                                        : router.topics().backfill());
            }
        }
    }

    /** Otherwise writers would not recognise a paused backfill, or park its records where nobody looks for them. */
    @Test
    void writersAndJobFollowTheNamesOfTopicsThatServicesHave() {
        Manifests manifests = Chart.example("minimal").with("""
                        router:
                          settings:
                            ROUTER_BACKFILL_HEADER: x-import
                            ROUTER_PARKED_TOPIC: aside
                            ROUTER_CONTROL_TOPIC: shop-control
                            ROUTER_STATUS_TOPIC: shop-status
                            ROUTER_DEAD_LETTER_TOPIC: shop-letters
                        writerDefaults:
                          settings: {WRITER_DEAD_LETTER_TOPIC: writer-letters}
                        writers:
                          - {name: live, lane: live, table: orders, replicas: 1}
                          - {name: history, lane: backfill, table: orders, replicas: 1}
                          - {name: other, lane: backfill, topic: other, partitions: 2, table: other, replicas: 1}
                        """).manifests();
        Map<String, String> history = environment(manifests.get("Deployment", "demo-sidetrack-writer-history"));
        assertThat(WriterStart.configure(history).unknown()).isEmpty();
        assertThat(history)
                .containsEntry("WRITER_BACKFILL_HEADER", "x-import")
                .containsEntry("WRITER_PARKED_TOPIC", "aside")
                .containsEntry("WRITER_CONTROL_TOPIC", "shop-control")
                .containsEntry("WRITER_STATUS_TOPIC", "shop-status");
        for (String name : List.of("live", "other")) {
            assertThat(environment(manifests.get("Deployment", "demo-sidetrack-writer-" + name)))
                    .doesNotContainKeys("WRITER_BACKFILL_HEADER", "WRITER_PARKED_TOPIC");
        }
        assertThat(environment(manifests.of("Job").get(0)))
                .containsEntry("ROUTER_PARKED_TOPIC", "aside")
                .containsEntry("ROUTER_STATUS_TOPIC", "shop-status")
                .containsEntry("ROUTER_CONTROL_TOPIC", "shop-control")
                .containsEntry("ROUTER_DEAD_LETTER_TOPIC", "shop-letters");
        assertThat(manifests.of("Job").get(0).toString())
                .contains("\"--dead-letters=orders-live=writer-letters\"")
                .contains("\"--dead-letters=orders-backfill=writer-letters\"")
                .doesNotContain("--dead-letters=other");
    }

    @ParameterizedTest
    @MethodSource("examples")
    void neverMoreReplicasThanPartitions(String example) {
        Manifests manifests = Chart.example(example).manifests();
        Map<String, Integer> partitions =
                Map.of("orders-live", 12, "orders-backfill", 48, "shop.live", 32, "shop.history", 96, "shop.other", 7);
        for (JsonNode writer : manifests.ofComponent("writer")) {
            WriterSettings settings = WriterStart.configure(environment(writer));
            int threads = Integer.parseInt(environment(writer).get("KAFKA_NUM_STREAM_THREADS"));
            int most = example.equals("minimal") && settings.topic().equals("orders-live")
                    ? 3
                    : partitions.get(settings.topic());
            JsonNode scaled = manifests.of("ScaledObject").stream()
                    .filter(object -> Manifests.name(object).equals(Manifests.name(writer)))
                    .findFirst()
                    .orElse(null);
            // With an autoscaler, an upgrade must not set the replicas back.
            assertThat(writer.at("/spec").has("replicas")).isEqualTo(scaled == null);
            int replicas = scaled == null
                    ? writer.at("/spec/replicas").intValue()
                    : scaled.at("/spec/maxReplicaCount").intValue();
            assertThat((replicas - 1) * threads).as(Manifests.name(writer)).isLessThan(most);
        }
    }

    @Test
    void autoscalerAsksForTheLagOfTheWritersGroupAndIsPatient() {
        for (String example : List.of("production", "everything")) {
            Manifests manifests = Chart.example(example).manifests();
            assertThat(manifests.of("ScaledObject")).hasSize(1).allSatisfy(scaled -> {
                WriterSettings settings = WriterStart.configure(environment(manifests.get(
                        "Deployment", scaled.at("/spec/scaleTargetRef/name").asText())));
                Map<String, String> trigger = Manifests.texts(scaled.at("/spec/triggers/0/metadata"));
                assertThat(trigger.keySet()).isSubsetOf(Keda.TRIGGER_METADATA);
                assertThat(trigger)
                        .containsEntry("consumerGroup", settings.applicationId())
                        .containsEntry("topic", settings.topic())
                        // KEDA does not trim the names between the commas.
                        .hasEntrySatisfying("bootstrapServers", brokers -> assertThat(brokers)
                                .doesNotContainAnyWhitespaces())
                        .containsEntry("offsetResetPolicy", "earliest")
                        .containsEntry("activationLagThreshold", "0")
                        .containsEntry("excludePersistentLag", "false")
                        .containsEntry("scaleToZeroOnInvalidOffset", "false");
                assertThat(settings.guard().lane().name()).isEqualTo("BACKFILL");
                assertThat(settings.laneWriteUnits()).isPositive();
                assertThat(scaled.at("/spec/cooldownPeriod").intValue()).isGreaterThanOrEqualTo(300);
                assertThat(scaled.at(
                                        "/spec/advanced/horizontalPodAutoscalerConfig/behavior/scaleDown/stabilizationWindowSeconds")
                                .intValue())
                        .isGreaterThanOrEqualTo(300);
            });
        }
        Manifests production = Chart.example("production").manifests();
        JsonNode scaled = production.of("ScaledObject").get(0);
        assertThat(production.get(
                        "TriggerAuthentication",
                        scaled.at("/spec/triggers/0/authenticationRef/name").asText()))
                .isNotNull();
    }

    @Test
    void groupOfAWriterIsTheOneThatItsServiceChooses() {
        String notes = Chart.example("everything").notes();
        assertThat(notes)
                .contains(DefaultNames.routerGroup("shop.orders") + "\n")
                .contains(DefaultNames.writerGroup("shop.live", "orders") + "\n")
                .contains(DefaultNames.writerGroup(
                                "shop.live", "arn:aws:dynamodb:eu-west-1:123456789012:table/orders-search")
                        + "\n")
                .contains(DefaultNames.writerGroup("shop.history", "orders") + "  (0 to 24 replicas, by its lag)")
                .contains("  other-writers\n")
                .doesNotContain("{{");
    }

    @Test
    void valuesOfAnyTypeArriveAsText() {
        Map<String, String> environment =
                environment(Chart.example("minimal").with("""
                        router:
                          settings:
                            ROUTER_BACKFILL_OLDER_THAN_MS: 31536000000
                            ROUTER_BACKFILL_KEY_RATE: 0.25
                            ROUTER_TRUST_HEADERS: true
                            ROUTER_EXPECT_CUT: "yes, if: $(HOME) #1"
                            ROUTER_BACKFILL_HEADER: ""
                            ROUTER_BACKFILL_KEYS: "007"
                            ROUTER_BACKFILL_BEFORE: null
                            LOG_FORMAT: text
                        """).manifests().get("Deployment", "demo-sidetrack-router"));
        assertThat(environment)
                .containsEntry("ROUTER_BACKFILL_OLDER_THAN_MS", "31536000000")
                .containsEntry("ROUTER_BACKFILL_KEY_RATE", "0.25")
                .containsEntry("ROUTER_TRUST_HEADERS", "true")
                .containsEntry("ROUTER_EXPECT_CUT", "yes, if: $(HOME) #1")
                .containsEntry("ROUTER_BACKFILL_HEADER", "")
                .containsEntry("ROUTER_BACKFILL_KEYS", "007")
                .containsEntry("LOG_FORMAT", "text")
                .doesNotContainKey("ROUTER_BACKFILL_BEFORE");
    }

    @Test
    void emptyValueOfAnEntryReplacesItsDefault() {
        Manifests manifests = Chart.example("minimal").with("""
                        defaults: {preStopSleepSeconds: 7, podLabels: {a: b}, settings: {LOG_FORMAT: json, LOG_LEVEL: DEBUG}}
                        router: {preStopSleepSeconds: 0, podDisruptionBudget: {enabled: false}, settings: {LOG_LEVEL: ""}}
                        """).manifests();
        JsonNode router = manifests.get("Deployment", "demo-sidetrack-router");
        assertThat(Manifests.container(router).has("lifecycle")).isFalse();
        assertThat(environment(router)).containsEntry("LOG_LEVEL", "").containsEntry("LOG_FORMAT", "json");
        assertThat(manifests.of("PodDisruptionBudget").stream().map(Manifests::name))
                .containsExactlyInAnyOrder("demo-sidetrack-writer-live", "demo-sidetrack-writer-backfill");
        assertThat(Manifests.container(manifests.get("Deployment", "demo-sidetrack-writer-live"))
                        .has("lifecycle"))
                .isTrue();
    }
}
