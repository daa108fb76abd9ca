package io.sidetrack.common.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The Prometheus rules, as far as they can be checked without Prometheus. {@code .ci/check-rules} runs {@code promtool}, which
 * evaluates them.
 */
class AlertsTest {
    private static final Path RULES = Documents.ROOT.resolve("deploy/prometheus/sidetrack-alerts.yml");
    private static final Path TESTS = Documents.ROOT.resolve("deploy/prometheus/sidetrack-alerts-test.yml");
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private static final Set<String> FIELDS = Set.of("record", "alert", "expr", "for", "labels", "annotations");

    private static final Pattern RECORDED = Pattern.compile("\\bsidetrack:[\\w:]+");

    private final DocumentedMetrics metrics = DocumentedMetrics.read();

    /** Either an alert or a recorded series; the other name is null. */
    record Rule(
            String recorded, String alert, String expr, Map<String, String> labels, Map<String, String> annotations) {
        static Rule of(JsonNode rule) {
            assertThat(FIELDS).containsAll(fieldNames(rule));
            return new Rule(
                    rule.path("record").textValue(),
                    rule.path("alert").textValue(),
                    rule.get("expr").textValue(),
                    texts(rule.path("labels")),
                    texts(rule.path("annotations")));
        }

        private static Set<String> fieldNames(JsonNode node) {
            Set<String> names = new TreeSet<>();
            node.fieldNames().forEachRemaining(names::add);
            return names;
        }

        private static Map<String, String> texts(JsonNode node) {
            Map<String, String> texts = new HashMap<>();
            fieldNames(node).forEach(name -> texts.put(name, node.get(name).textValue()));
            return texts;
        }
    }

    static List<Rule> rules() throws IOException {
        List<Rule> rules = new ArrayList<>();
        for (JsonNode group : YAML.readTree(RULES.toFile()).get("groups")) {
            group.get("rules").forEach(rule -> rules.add(Rule.of(rule)));
        }
        return rules;
    }

    static List<Rule> alerts() throws IOException {
        return rules().stream().filter(rule -> rule.alert() != null).toList();
    }

    @Test
    void rulesUseDocumentedMetricsAndRecordedOnesThatPrecedeThem() throws IOException {
        Set<String> recorded = new HashSet<>();
        for (Rule rule : rules()) {
            String name = rule.alert() == null ? rule.recorded() : rule.alert();
            metrics.assertKnown(name, rule.expr());
            assertThat(recordedIn(rule.expr())).as(name).isSubsetOf(recorded);
            if (rule.recorded() != null) {
                assertThat(recorded.add(rule.recorded())).as(name).isTrue();
            }
        }
    }

    static Set<String> recordedIn(String expression) {
        return new TreeSet<>(
                RECORDED.matcher(expression).results().map(name -> name.group()).toList());
    }

    /** The names of the metrics that the rules record. */
    static Set<String> recorded() throws IOException {
        return new TreeSet<>(rules().stream()
                .filter(rule -> rule.recorded() != null)
                .map(Rule::recorded)
                .toList());
    }

    @Test
    void everyAlertHasASeverityAndASectionInTheDocumentation() throws IOException {
        assertThat(alerts()).hasSizeGreaterThan(6).allSatisfy(alert -> {
            assertThat(alert.labels().get("severity")).as(alert.alert()).isIn("warning", "critical");
            assertThat(alert.annotations().keySet())
                    .as(alert.alert())
                    .containsExactlyInAnyOrder("summary", "description", "runbook");
            String[] runbook = alert.annotations().get("runbook").split("#", -1);
            assertThat(Documents.anchors(Documents.read(Documents.ROOT.resolve(runbook[0]))))
                    .as(alert.alert())
                    .contains(runbook[1]);
        });
    }

    @Test
    void everyMetricThatTheDocumentationWantsAnAlertForHasOne() throws IOException {
        Set<String> used = new TreeSet<>();
        for (Rule alert : alerts()) {
            used.addAll(metrics.in(alert.expr()));
        }
        Set<String> wanted = new TreeSet<>();
        metrics.rows().forEach((name, row) -> {
            if (row.contains("Alert ")) {
                wanted.add(name);
            }
        });
        assertThat(wanted).hasSizeGreaterThan(3).isSubsetOf(used);
    }

    @Test
    void everyAlertIsTestedFiringAndNotFiring() throws IOException {
        Set<String> firing = new TreeSet<>();
        Set<String> silent = new TreeSet<>();
        JsonNode tests = YAML.readTree(TESTS.toFile());
        assertThat(tests.get("rule_files")).extracting(JsonNode::asText).containsExactly("sidetrack-alerts.yml");
        // Otherwise promtool evaluates the groups in any order, and its tests pass only sometimes.
        assertThat(tests.get("group_eval_order"))
                .extracting(JsonNode::asText)
                .containsExactlyElementsOf(
                        YAML.readTree(RULES.toFile()).get("groups").findValuesAsText("name"));
        for (JsonNode test : tests.get("tests")) {
            for (JsonNode series : test.get("input_series")) {
                String name = series.get("series").asText().replaceFirst("\\{.*", "");
                metrics.assertKnown(test.get("name").asText(), name);
            }
            for (JsonNode check : test.get("alert_rule_test")) {
                (check.get("exp_alerts").isEmpty() ? silent : firing)
                        .add(check.get("alertname").asText());
            }
        }
        List<String> all = alerts().stream().map(Rule::alert).sorted().toList();
        assertThat(firing).containsExactlyElementsOf(all);
        assertThat(silent).containsExactlyElementsOf(all);
    }
}
