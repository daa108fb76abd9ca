package io.sidetrack.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The chart's files, and what they render to. After an intended change, {@code -Dchart.write=true} writes the expected
 * files again.
 */
class ChartFilesTest {
    private static final boolean WRITE = Boolean.getBoolean("chart.write");
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    static List<String> examples() {
        return Chart.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void exampleRendersAsExpected(String example) throws IOException {
        assertFile(GOLDEN.resolve(example + ".yaml"), Chart.example(example).text());
    }

    @ParameterizedTest
    @MethodSource("examples")
    void lintFindsNothing(String example) {
        assertThat(Chart.example(example).lint()).isEmpty();
    }

    @Test
    void lintWithoutValuesFindsNothing() {
        assertThat(new Chart(Chart.FOLDER, List.of()).lint()).isEmpty();
    }

    @Test
    void lintFindsWhatTheSchemaForbids() {
        assertThat(Chart.example("minimal").with("router: {replicas: many}").lint())
                .isNotEmpty();
    }

    /** Without Helm's own labels, because Helm does not manage what kubectl applies. */
    @Test
    void plainManifestsAreRenderedFromTheChart() throws IOException {
        Path folder = Chart.ROOT.resolve("deploy/kubernetes");
        String text = new Chart(Chart.FOLDER, List.of(folder.resolve("values.yaml"))).text("sidetrack");
        String plain = text.lines()
                .filter(line -> !line.matches(" +(app.kubernetes.io/managed-by|helm.sh/chart): .*"))
                .reduce("", (all, line) -> all + line + "\n");
        assertThat(plain).doesNotContain("helm.sh/").doesNotContain("Helm");
        assertFile(
                folder.resolve("sidetrack.yaml"),
                "# Rendered from ../helm/sidetrack with values.yaml. Do not edit: docs/deployment.md#without-helm.\n"
                        + plain);
    }

    private static void assertFile(Path file, String expected) throws IOException {
        if (WRITE) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, expected);
        }
        assertThat(expected)
                .as(
                        "%s differs; if that is intended, run mvn -pl deploy-tests -am test -Dtest=ChartFilesTest"
                                + " -Dsurefire.failIfNoSpecifiedTests=false -Dchart.write=true",
                        file)
                .isEqualTo(Files.readString(file));
    }

    @Test
    void alertsOfTheChartAreThoseThatPromtoolTests() throws IOException {
        assertThat(Chart.FOLDER.resolve("files/sidetrack-alerts.yml"))
                .hasSameTextualContentAs(Chart.ROOT.resolve("deploy/prometheus/sidetrack-alerts.yml"));
        JsonNode rules = Chart.YAML.readTree(
                Chart.FOLDER.resolve("files/sidetrack-alerts.yml").toFile());
        assertThat(Chart.example("production")
                        .manifests()
                        .get("PrometheusRule", "demo-sidetrack-alerts")
                        .get("spec"))
                .isEqualTo(rules);
    }

    /** A lane that keeps its records for a day would be empty before an alert for seven days. */
    @Test
    void alertsFollowTheRetentionThatTheChartProvisions() {
        String alerts = Chart.example("production")
                .with("provision: {retentionMs: 86400000}")
                .manifests()
                .get("PrometheusRule", "demo-sidetrack-alerts")
                .toString();
        assertThat(alerts)
                .contains(
                        "sidetrack:lane_lag:seconds{lane=\\\"backfill\\\"} > 43200",
                        "more than half of the 24 hours for")
                .contains("after the 24 hours for which a lane keeps them")
                .doesNotContain("302400", "7 days");
        assertThat(Chart.example("production")
                        .with("provision: {retentionMs: -1}")
                        .manifests()
                        .get("PrometheusRule", "demo-sidetrack-alerts")
                        .toString())
                .contains("302400", "7 days");
    }

    @Test
    void chartHasTheVersionOfTheProject() throws IOException {
        JsonNode chart = Chart.YAML.readTree(Chart.FOLDER.resolve("Chart.yaml").toFile());
        String pom = Files.readString(Chart.ROOT.resolve("pom.xml"));
        String version = pom.substring(pom.indexOf("<version>") + 9, pom.indexOf("</version>"));
        assertThat(chart.get("version").asText()).isEqualTo(version);
        assertThat(chart.get("appVersion").asText()).isEqualTo(version);
        assertThat(Chart.example("minimal").text()).contains("image: sidetrack-router:" + version);
    }

    @Test
    void imageIsNamedByItsDigestIfThereIsOne() {
        Manifests manifests = Chart.example("everything").manifests();
        assertThat(Manifests.container(manifests.get("Deployment", "lanes-router"))
                        .get("image")
                        .asText())
                .isEqualTo("registry.example.com/team/sidetrack-router@sha256:"
                        + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef");
        assertThat(Manifests.container(manifests.get("Deployment", "lanes-writer-live"))
                        .get("image")
                        .asText())
                .isEqualTo("registry.example.com/team/sidetrack-writer:1.2.3");
    }
}
