package io.sidetrack.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sidetrack.common.log.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Pods have no more rights than they need, and manifests contain no secrets. */
class ChartSecurityTest {
    static List<String> examples() {
        return Chart.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void podsMeetTheRestrictedStandard(String example) {
        List<JsonNode> workloads = Chart.example(example).manifests().workloads();
        assertThat(workloads).hasSizeGreaterThan(2);
        for (JsonNode workload : workloads) {
            JsonNode pod = Manifests.pod(workload);
            JsonNode security = pod.get("securityContext");
            assertThat(security.get("runAsNonRoot").booleanValue()).isTrue();
            assertThat(security.get("runAsUser").intValue()).isEqualTo(10001);
            assertThat(security.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
            JsonNode container = Manifests.container(workload).get("securityContext");
            assertThat(container.get("allowPrivilegeEscalation").booleanValue()).isFalse();
            assertThat(container.get("readOnlyRootFilesystem").booleanValue()).isTrue();
            assertThat(container.get("capabilities").toString()).isEqualTo("{\"drop\":[\"ALL\"]}");
            assertThat(pod.get("automountServiceAccountToken").booleanValue()).isFalse();
            assertThat(pod.get("enableServiceLinks").booleanValue()).isFalse();
            for (String shared : List.of("hostNetwork", "hostPID", "hostIPC")) {
                assertThat(pod.has(shared)).isFalse();
            }
        }
    }

    /** Java unpacks native libraries into /tmp, and nothing else is writable. */
    @ParameterizedTest
    @MethodSource("examples")
    void onlyTmpIsWritable(String example) {
        for (JsonNode workload : Chart.example(example).manifests().workloads()) {
            List<String> writable = new ArrayList<>();
            for (JsonNode mount : Manifests.container(workload).get("volumeMounts")) {
                if (!mount.path("readOnly").booleanValue()) {
                    writable.add(mount.get("mountPath").asText());
                }
            }
            assertThat(writable).containsExactly("/tmp");
            Set<String> volumes = new TreeSet<>();
            for (JsonNode volume : Manifests.pod(workload).get("volumes")) {
                volumes.add(volume.get("name").asText());
                assertThat(volume.has("hostPath")).isFalse();
            }
            for (JsonNode mount : Manifests.container(workload).get("volumeMounts")) {
                assertThat(volumes).contains(mount.get("name").asText());
            }
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void noManifestContainsTheValueOfASecret(String example) {
        Manifests manifests = Chart.example(example).manifests();
        assertThat(manifests.of("Secret")).isEmpty();
        for (JsonNode workload : manifests.workloads()) {
            for (JsonNode variable : Manifests.container(workload).get("env")) {
                if (Secrets.isSecret(variable.get("name").asText())) {
                    assertThat(variable.at("/valueFrom/secretKeyRef/name").asText())
                            .as(variable.toString())
                            .isNotEmpty();
                    assertThat(variable.has("value")).isFalse();
                }
            }
        }
        for (JsonNode scaled : manifests.of("ScaledObject")) {
            assertThat(Manifests.texts(scaled.at("/spec/triggers/0/metadata")).keySet())
                    .noneMatch(name -> name.matches("(?i).*(password|username|secret).*"));
        }
    }

    @Test
    void chartAndServicesAgreeOnWhichSettingsAreSecret() {
        Set<String> names = new TreeSet<>();
        for (ConfigDef definition : List.of(ConsumerConfig.configDef(), ProducerConfig.configDef())) {
            definition.configKeys().values().stream()
                    .filter(key -> key.type == ConfigDef.Type.PASSWORD || Secrets.isSecret(key.name))
                    .forEach(key -> names.add(key.name));
        }
        names.addAll(List.of(
                "sasl.oauthbearer.client.credentials.client.secret",
                "admin.ssl.key.password",
                "sasl.login.connect.timeout.ms",
                "ssl.keystore.location",
                "sasl.oauthbearer.token.endpoint.url"));
        assertThat(names).hasSizeGreaterThan(10);
        StringBuilder harmless = new StringBuilder();
        int refused = 0;
        for (String name : names) {
            String variable = "KAFKA_" + name.toUpperCase(java.util.Locale.ROOT).replace('.', '_');
            // The certificate chain of PEM is of Kafka's type PASSWORD, and is public.
            if (Secrets.isSecret(variable)) {
                refused++;
                assertThat(ChartRefusalTest.problem("kafka: {settings: {" + variable + ": 'a=b'}}"))
                        .contains(variable + " is a secret");
            } else {
                harmless.append("    ").append(variable).append(": x\n");
            }
        }
        assertThat(refused).isGreaterThan(4);
        assertThat(Chart.example("minimal")
                        .with("kafka:\n  settings:\n" + harmless)
                        .text())
                .contains("KAFKA_SSL_KEYSTORE_LOCATION");
    }

    @Test
    void settingWithoutASecretInItIsAllowedWhateverItsName() {
        String text = Chart.example("minimal").with("""
                        kafka:
                          settings:
                            KAFKA_SASL_JAAS_CONFIG: software.amazon.msk.auth.iam.IAMLoginModule required;
                            KAFKA_SSL_KEY_PASSWORD: ${file:/run/secrets/kafka.properties:key-password}
                        """).text();
        assertThat(text)
                .contains("IAMLoginModule required;")
                .contains("${file:/run/secrets/kafka.properties:key-password}");
    }

    @Test
    void networkPolicyAllowsTheMetricsAndWhatEachProgramConnectsTo() {
        Manifests manifests = Chart.example("everything").manifests();
        JsonNode writer = manifests.get("NetworkPolicy", "lanes-writer-live");
        assertThat(writer.at("/spec/policyTypes").toString()).isEqualTo("[\"Ingress\",\"Egress\"]");
        assertThat(writer.at("/spec/ingress/0/ports/0/port").asText()).isEqualTo("metrics");
        assertThat(ports(writer)).containsExactlyInAnyOrder(53, 53, 9093, 9094, 443, 80);
        assertThat(ports(manifests.get("NetworkPolicy", "lanes-router")))
                .containsExactlyInAnyOrder(53, 53, 9093, 9094, 80);
        JsonNode job = manifests.get("NetworkPolicy", "lanes-provision");
        assertThat(ports(job)).containsExactlyInAnyOrder(53, 53, 9093, 9094, 80);
        assertThat(job.at("/spec/ingress").isArray()).isTrue();
        assertThat(job.at("/spec/ingress")).isEmpty();
    }

    /** With MSK's IAM, every client of Kafka gets credentials from STS. */
    @Test
    void networkPolicyAllowsTheServicesToSignInToMsk() {
        Manifests manifests = Chart.example("minimal").with("""
                        networkPolicy: {enabled: true}
                        kafka: {bootstrapServers: 'b:9098', settings: {KAFKA_SASL_MECHANISM: AWS_MSK_IAM}}
                        """).manifests();
        for (String name : List.of("router", "writer-live", "provision")) {
            assertThat(ports(manifests.get("NetworkPolicy", "demo-sidetrack-" + name)))
                    .as(name)
                    .containsExactlyInAnyOrder(53, 53, 9098, 443);
        }
    }

    private static List<Integer> ports(JsonNode policy) {
        List<Integer> ports = new ArrayList<>();
        for (JsonNode rule : policy.at("/spec/egress")) {
            rule.get("ports").forEach(port -> ports.add(port.get("port").intValue()));
        }
        return ports;
    }
}
