package io.sidetrack.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values that would not work are refused when the chart is rendered, with a message that names them. */
class ChartRefusalTest {
    private static final String WRITERS = "writers: [{name: live, lane: live, table: t, replicas: 1, %s}]";
    private static final String BACKFILL = "writers: [{name: b, lane: backfill, table: t, replicas: 1, %s}]";

    /** The message with which Helm rejects these values. */
    static String problem(String yaml) {
        Chart chart = Chart.example("minimal").with(yaml);
        IllegalStateException refusal = catchThrowableOfType(IllegalStateException.class, chart::text);
        assertThat(refusal).as(yaml).isNotNull();
        return refusal.getMessage();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "topics: {source: ''}                                  | topics.source is required",
                "topics: {sourcePartitions: 0}                         | topics.sourcePartitions is required",
                "kafka: {bootstrapServers: ''}                         | kafka.bootstrapServers is required",
                "kafka: {bootstrapServers: 'broker'}                   | bootstrapServers",
                "router: {replicas: 4}                                 | router: 4 replicas with 1 stream threads are more than the 3 partitions",
                "router: {streamThreads: 3}                            | router: 2 replicas with 3 stream threads",
                "router: {replica: 4}                                  | replica",
                "router: {settings: {WRITER_MODE: overwrite}}          | WRITER_MODE",
                "router: {settings: {ROUTER_HTTP_PORT: 9000}}          | router: ROUTER_HTTP_PORT is set by the chart",
                "router: {settings: {ROUTER_HTTP_HOST: localhost}}     | router: ROUTER_HTTP_HOST is set by the chart",
                "router: {settings: {ROUTER_SOURCE_TOPIC: other}}      | router: ROUTER_SOURCE_TOPIC is set by the chart",
                "router: {extraEnv: [{name: JAVA_TOOL_OPTIONS}]}       | router: JAVA_TOOL_OPTIONS is set by the chart",
                "router: {extraEnv: [{name: LOG_FORMAT, value: text}]} | router: LOG_FORMAT in extraEnv is set already",
                "router: {extraEnv: [{name: A}, {name: A}]}            | router: A in extraEnv is set already",
                "router: {secretSettings: {LOG_FORMAT: {name: a, key: b}}} | router: LOG_FORMAT is both in settings and in secretSettings",
                "router: {secretSettings: {KAFKA_SSL_KEY_PASSWORD: secret}} | KAFKA_SSL_KEY_PASSWORD",
                "router: {files: [{name: a, mountPath: /a}]}           | files: a needs either a secret or a configMap",
                "router: {http: {port: 8081}}                          | http.port and http.metricsPort must differ",
                "router: {image: {digest: latest}}                     | digest",
                "router: {shutdownTimeoutMs: 600001}                   | shutdownTimeoutMs",
                "defaults: {settings: {ROUTER_EXPECT_CUT: true}}       | ROUTER_EXPECT_CUT",
                "kafka: {settings: {KAFKA_SASL_JAAS_CONFIG: 'x password=\"y\";'}} | KAFKA_SASL_JAAS_CONFIG is a secret",
                "fullnameOverride: a-name-that-is-so-long-that-nothing-can-be-added-to  | has more than 52 characters",
                "fullnameOverride: Side_track                          | fullnameOverride",
                "{fullnameOverride: 1st, monitoring: {serviceMonitor: {enabled: true}}} | the name 1st-router of a service must begin with a letter",
                "nameOverride: side.track                              | is not a DNS label",
                "router: {extraEnv: [{name: KAFKA_SASL_JAAS_CONFIG, value: 'x password=\"y\";'}]} | router: KAFKA_SASL_JAAS_CONFIG in extraEnv is a secret",
                "writerDefaults: {serviceAccount: {name: shared}}      | the service account shared is created twice, for writer live and writer backfill",
                "router: {serviceAccount: {name: demo-sidetrack-provision}} | the service account demo-sidetrack-provision is created twice, for the router and the job",
                "provision: {serviceAccount: {create: false, name: demo-sidetrack-router}} | the job runs before the service account demo-sidetrack-router exists",
                "writerDefaults: {settings: {WRITER_PARKED_TOPIC: p}}  | writer backfill: WRITER_PARKED_TOPIC is p, but ROUTER_PARKED_TOPIC is orders-backfill-parked",
                "{router: {settings: {ROUTER_BACKFILL_HEADER: h}}, writerDefaults: {settings: {WRITER_BACKFILL_HEADER: i}}} | writer backfill: WRITER_BACKFILL_HEADER is i, but ROUTER_BACKFILL_HEADER is h",
                "monitoring: {podMonitor: {enabled: true}, serviceMonitor: {enabled: true}} | enable either podMonitor or serviceMonitor"
            })
    void valueIsRefused(String yaml, String message) {
        assertThat(problem(yaml)).contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "table: ''                                 | writer live: table is required",
                "lane: fast                                | lane",
                "replicas: 4                               | writer live: 4 replicas with 1 stream threads are more than its 3 partitions",
                "replicas: 2, streamThreads: 3             | writer live: 2 replicas with 3 stream threads",
                "topic: other                              | writer live: partitions is required with a topic",
                "maxInFlight: 2, streamThreads: 3          | writer live: maxInFlight is less than streamThreads",
                "mode: upsert                              | mode",
                "batchSize: 26                             | batchSize",
                "settings: {WRITER_APPLICATION_ID: other}  | writer: WRITER_APPLICATION_ID is set by the chart",
                "autoscaling: {enabled: true}              | writer live: only a backfill lane can be autoscaled",
            })
    void liveWriterIsRefused(String fields, String message) {
        assertThat(problem(WRITERS.formatted(fields)
                        .replace("table: t, replicas: 1, table", "replicas: 1, table")
                        .replace("lane: live, table: t, replicas: 1, lane", "table: t, replicas: 1, lane")
                        .replace("replicas: 1, replicas", "replicas")))
                .contains(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "autoscaling: {enabled: true, maxReplicas: 49}       | autoscaling.maxReplicas is 49, but 48 partitions occupy no more than 48 replicas",
                "streamThreads: 5, autoscaling: {enabled: true, maxReplicas: 11} | but 48 partitions occupy no more than 10 replicas",
                "autoscaling: {enabled: true, minReplicas: 3, maxReplicas: 2} | autoscaling.minReplicas is more than maxReplicas",
                "autoscaling: {enabled: true, cooldownPeriod: 299}   | cooldownPeriod",
                "autoscaling: {enabled: true, scaleDownStabilizationSeconds: 60} | scaleDownStabilizationSeconds",
                "settings: {WRITER_MAX_WRITE_UNITS: 100}, autoscaling: {enabled: true} | autoscaling would multiply it; set laneWriteUnits",
                "autoscaling: {enabled: true, triggerMetadata: {topic: other}} | triggerMetadata must not set topic",
                "autoscaling: {enabled: true, triggerMetadata: {password: other}} | password",
                "autoscaling: {enabled: true, authenticationRef: a, authentication: [{parameter: p, name: s, key: k}]} | either autoscaling.authenticationRef or"
            })
    void backfillWriterIsRefused(String fields, String message) {
        assertThat(problem(BACKFILL.formatted(fields))).contains(message);
    }

    @Test
    void writersThatWouldSplitALaneBetweenThemAreRefused() {
        assertThat(problem("writers: [{name: a, lane: live, table: t, replicas: 1}, {name: b, lane: live, table:"
                        + " 'arn:aws:dynamodb:eu-west-1:123456789012:table/t', replicas: 1}]"))
                .contains("writer b: the writer a has the same consumer group, sidetrack-writer-orders-live~t");
        assertThat(problem("writers: [{name: a, lane: live, table: t, replicas: 1}, {name: a, lane: backfill, table: t,"
                        + " replicas: 1}]"))
                .contains("writer a: two writers have this name");
    }

    /** Helm removes a value that is set to null, as by a section whose lines are all comments; 0 replicas would remain. */
    @Test
    void valueThatIsRemovedIsRefusedByItsName() throws IOException {
        List<String> names = new ArrayList<>();
        collect("", Chart.YAML.readTree(Chart.FOLDER.resolve("values.yaml").toFile()), names);
        assertThat(names).contains("router.settings", "router.replicas", "defaults.http.port", "writerDefaults.mode");
        SoftAssertions softly = new SoftAssertions();
        for (String name : names) {
            StringBuilder yaml = new StringBuilder();
            String indent = "";
            for (String part : name.split("\\.", -1)) {
                yaml.append(indent).append(part).append(":\n");
                indent += "  ";
            }
            Chart chart = Chart.example("minimal").with(yaml.toString());
            softly.assertThatThrownBy(chart::text)
                    .as(name)
                    .hasMessageContaining("missing property '" + name.substring(name.lastIndexOf('.') + 1) + "'");
        }
        softly.assertAll();
    }

    /** Everything that has a default, except single settings and resources, of which nothing needs to be left. */
    private static void collect(String path, JsonNode values, List<String> names) {
        values.properties().forEach(field -> {
            String name = path + field.getKey();
            if (!field.getValue().isTextual() || !field.getValue().asText().isEmpty()) {
                names.add(name);
            }
            if (field.getValue().isObject() && !Set.of("settings", "resources").contains(field.getKey())) {
                collect(name + ".", field.getValue(), names);
            }
        });
    }
}
