package io.sidetrack.common.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The Grafana dashboard, as far as it can be checked without Grafana: its structure, its layout and its metrics. */
class DashboardTest {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    /** The width of a dashboard, in columns. */
    private static final int COLUMNS = 24;

    private static JsonNode dashboard() throws IOException {
        return JSON.readTree(
                Documents.ROOT.resolve("deploy/grafana/sidetrack.json").toFile());
    }

    private static List<JsonNode> panels() throws IOException {
        List<JsonNode> panels = new ArrayList<>();
        dashboard().get("panels").forEach(panels::add);
        return panels;
    }

    @Test
    void dashboardHasWhatAnImportNeeds() throws IOException {
        JsonNode dashboard = dashboard();
        assertThat(dashboard.get("title").asText()).isEqualTo("Sidetrack");
        assertThat(dashboard.get("uid").asText()).isEqualTo("sidetrack");
        // An id would be that of a dashboard in another Grafana.
        assertThat(dashboard.get("id").isNull()).isTrue();
        assertThat(dashboard.get("schemaVersion").isInt()).isTrue();
        assertThat(dashboard.get("templating").get("list"))
                .extracting(variable -> variable.get("name").asText())
                .containsExactly("datasource", "table");
    }

    @Test
    void panelsFitBesideEachOther() throws IOException {
        Set<Integer> ids = new HashSet<>();
        Set<List<Integer>> taken = new HashSet<>();
        for (JsonNode panel : panels()) {
            String title = panel.get("title").asText();
            assertThat(ids.add(panel.get("id").intValue())).as(title).isTrue();
            JsonNode grid = panel.get("gridPos");
            assertThat(grid.get("x").intValue() + grid.get("w").intValue())
                    .as(title)
                    .isLessThanOrEqualTo(COLUMNS);
            for (int x = 0; x < grid.get("w").intValue(); x++) {
                for (int y = 0; y < grid.get("h").intValue(); y++) {
                    assertThat(taken.add(List.of(
                                    grid.get("x").intValue() + x, grid.get("y").intValue() + y)))
                            .as("%s overlaps no other panel", title)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void everyPanelIsExplainedAndShowsDocumentedMetrics() throws IOException {
        DocumentedMetrics metrics = DocumentedMetrics.read();
        Set<String> recorded = AlertsTest.recorded();
        int queries = 0;
        for (JsonNode panel : panels()) {
            if (panel.get("type").asText().equals("row")) {
                continue;
            }
            String title = panel.get("title").asText();
            assertThat(panel.get("description").asText()).as(title).isNotBlank();
            Set<String> ids = new HashSet<>();
            for (JsonNode query : panel.get("targets")) {
                String expression = query.get("expr").asText();
                metrics.assertKnown(title, expression);
                assertThat(AlertsTest.recordedIn(expression)).as(title).isSubsetOf(recorded);
                assertThat(ids.add(query.get("refId").asText())).as(title).isTrue();
                assertThat(query.get("datasource").get("uid").asText())
                        .as(title)
                        .isEqualTo("${datasource}");
                queries++;
            }
        }
        assertThat(queries).isGreaterThan(20);
    }

    /** What pages someone can be looked at, and named backfills are followed from the source to the table. */
    @Test
    void dashboardShowsWhatAlertsUseAndEveryMetricByBackfill() throws IOException {
        StringBuilder shown = new StringBuilder();
        for (JsonNode panel : panels()) {
            panel.path("targets")
                    .forEach(query -> shown.append(query.get("expr").asText()).append('\n'));
        }
        AlertsTest.rules().stream()
                .filter(rule -> rule.recorded() != null && shown.indexOf(rule.recorded()) >= 0)
                .forEach(rule -> shown.append(rule.expr()).append('\n'));
        DocumentedMetrics metrics = DocumentedMetrics.read();
        assertThat(metrics.withLabel("backfill")).hasSizeGreaterThan(3).allSatisfy(metric -> assertThat(shown)
                .contains(metric));
        assertThat(AlertsTest.alerts()).allSatisfy(alert -> assertThat(metrics.in(alert.expr()))
                .as(alert.alert())
                .allSatisfy(metric -> assertThat(shown).containsPattern("\\b" + metric + "\\b")));
    }
}
