package io.sidetrack.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The workflows, as far as they can be checked without running them, and the script by which a release checks itself. */
class ReleaseWorkflowTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Pattern SCRIPT = Pattern.compile("(?<![\\w/.])(\\.ci|scripts)/[\\w.-]+(?<!\\.)");
    private static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    @TempDir
    Path folder;

    private static JsonNode workflow(String name) throws IOException {
        return YAML.readTree(ROOT.resolve(".github/workflows/" + name).toFile());
    }

    private static List<JsonNode> steps(JsonNode workflow) {
        List<JsonNode> steps = new ArrayList<>();
        workflow.get("jobs").forEach(job -> job.get("steps").forEach(steps::add));
        return steps;
    }

    @ParameterizedTest
    @ValueSource(strings = {"release.yml", "ci.yml"})
    void everyStepIsCompleteAndEveryScriptExists(String name) throws IOException {
        JsonNode workflow = workflow(name);
        Set<String> scripts = new TreeSet<>();
        for (JsonNode step : steps(workflow)) {
            assertThat(step.has("uses")).as(step.toString()).isNotEqualTo(step.has("run"));
            if (step.has("uses")) {
                assertThat(step.get("uses").asText()).matches("[\\w-]+/[\\w-]+@v\\d+");
            } else {
                Matcher script = SCRIPT.matcher(step.get("run").asText());
                while (script.find()) {
                    scripts.add(script.group());
                }
            }
        }
        assertThat(scripts).contains(".ci/check-rules").allSatisfy(script -> {
            if (!script.contains("*")) {
                assertThat(ROOT.resolve(script)).exists().isExecutable();
            }
        });
        for (JsonNode job : workflow.get("jobs")) {
            JsonNode needs = job.path("needs");
            for (JsonNode needed : needs.isTextual() ? List.of(needs) : needs) {
                assertThat(workflow.get("jobs").has(needed.asText()))
                        .as(needed.asText())
                        .isTrue();
            }
        }
    }

    @Test
    void scriptsOfTheBuildAreExecutable() throws IOException {
        try (var files = Files.list(ROOT.resolve(".ci"))) {
            assertThat(files.filter(file -> !file.toString().endsWith(".py")))
                    .isNotEmpty()
                    .allSatisfy(file -> {
                        assertThat(file).isExecutable();
                        assertThat(Files.readAllLines(file).get(0)).isEqualTo("#!/usr/bin/env bash");
                    });
        }
    }

    @Test
    void releaseStartsWithATagAndPublishesAfterItsTests() throws IOException {
        JsonNode workflow = workflow("release.yml");
        // YAML 1.1 reads the key "on" as true.
        JsonNode on = workflow.has("on") ? workflow.get("on") : workflow.get("true");
        assertThat(on.at("/push/tags/0").asText()).isEqualTo("v*");
        assertThat(workflow.get("permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
        assertThat(workflow.at("/jobs/images/needs").asText()).isEqualTo("build");
        assertThat(workflow.at("/jobs/publish/needs").toString()).contains("build", "images");
        Set<String> programs = new TreeSet<>();
        workflow.at("/jobs/images/strategy/matrix/program").forEach(program -> programs.add(program.asText()));
        Set<String> withImage = new TreeSet<>();
        try (var folders = Files.list(ROOT)) {
            folders.filter(module -> Files.exists(module.resolve("Dockerfile")))
                    .forEach(module -> withImage.add(module.getFileName().toString()));
        }
        assertThat(programs).isEqualTo(withImage);
        assertThat(workflow.toString())
                .contains("linux/amd64,linux/arm64", "cosign sign --yes", "cosign attest --yes --type cyclonedx");
    }

    /** Text that anyone can choose, such as a branch's name, must not become part of a command. */
    @ParameterizedTest
    @ValueSource(strings = {"release.yml", "ci.yml"})
    void noCommandContainsAnExpressionOfTheEvent(String name) throws IOException {
        for (JsonNode step : steps(workflow(name))) {
            assertThat(step.path("run").asText()).doesNotContainPattern("\\$\\{\\{\\s*(github|env|inputs)\\.");
        }
    }

    /** Registries accept lower-case names only, and an organization's name can have capitals. */
    @Test
    void namesOfImagesAndChartAreInLowerCase() throws Exception {
        JsonNode workflow = workflow("release.yml");
        assertThat(Files.readString(ROOT.resolve(".github/workflows/release.yml")))
                .doesNotContain("ghcr.io/${{");
        String script = steps(workflow).stream()
                .map(step -> step.path("run").asText())
                .filter(run -> run.contains("GITHUB_ENV"))
                .findFirst()
                .orElseThrow();
        Path variables = folder.resolve("variables");
        ProcessBuilder builder = new ProcessBuilder("bash", "-e", "-c", script).directory(ROOT.toFile());
        builder.environment()
                .putAll(Map.of(
                        "GITHUB_ENV", variables.toString(),
                        "GITHUB_REF_NAME", "v9.8.7",
                        "GITHUB_REPOSITORY_OWNER", "Acme-Corp",
                        "PROGRAM", "writer"));
        assertThat(builder.start().waitFor()).isZero();
        assertThat(variables).content().contains("IMAGE=ghcr.io/acme-corp/sidetrack-writer\n", "VERSION=9.8.7\n");
        assertThat(steps(workflow))
                .filteredOn(step -> step.path("run").asText().contains("$OWNER"))
                .isNotEmpty()
                .allSatisfy(step -> assertThat(step.get("run").asText()).startsWith("OWNER=\"${OWNER,,}\"\n"));
    }

    @Test
    void releaseIsRefusedUnlessAllVersionsAreThatOfTheTag() throws Exception {
        for (String file : List.of(".ci/release", "CHANGELOG.md", "deploy/helm/sidetrack/Chart.yaml")) {
            copy(file);
        }
        try (var poms = Files.walk(ROOT, 3)) {
            for (Path pom : poms.filter(file -> file.endsWith("pom.xml")).toList()) {
                copy(ROOT.relativize(pom).toString());
            }
        }
        assertThat(run("check", "v9.8.7"))
                .startsWith("1 ")
                .contains("pom.xml has version", "Chart.yaml: version is not 9.8.7", "no section [9.8.7]");
        String version = YAML.readTree(
                        ROOT.resolve("deploy/helm/sidetrack/Chart.yaml").toFile())
                .get("version")
                .asText();
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.writeString(
                        file,
                        Files.readString(file)
                                .replace(version, "9.8.7")
                                .replace("## [Unreleased]", "## [9.8.7] - 2026-12-01"));
            }
        }
        assertThat(run("check", "v9.8.7")).isEqualTo("0 ");
        assertThat(run("check", "9.8.7")).startsWith("1 ").contains("a tag begins with v");
        assertThat(run("check", "v9.8.7-SNAPSHOT")).startsWith("1 ").contains("a snapshot is not released");
        assertThat(run("notes", "9.8.7")).startsWith("0 ").contains("### Added").doesNotContain("## [");
        Files.writeString(folder.resolve("ops/pom.xml"), "<project>\n  <version>9.8.6</version>\n</project>\n");
        assertThat(run("check", "v9.8.7")).isEqualTo("1 ./ops/pom.xml has version 9.8.6, not 9.8.7\n");
        assertThat(run()).startsWith("2 ").contains(".ci/release check TAG");
        assertThat(run("--help")).startsWith("0 ").contains(".ci/release check TAG");
    }

    private void copy(String file) throws IOException {
        Path target = folder.resolve(file);
        Files.createDirectories(target.getParent());
        Files.copy(ROOT.resolve(file), target);
    }

    /** The exit code and the output. */
    private String run(String... arguments) throws Exception {
        List<String> command =
                new ArrayList<>(List.of(folder.resolve(".ci/release").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() + " " + output;
    }
}
