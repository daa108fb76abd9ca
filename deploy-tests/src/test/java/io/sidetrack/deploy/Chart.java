package io.sidetrack.deploy;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The chart with values, which Helm renders. A hook is not part of what Helm's library returns, so hooks are rendered from a copy of
 * the chart in which the annotation {@code helm.sh/hook} has another name.
 */
record Chart(Path folder, List<Path> values) {
    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    static final Path FOLDER = ROOT.resolve("deploy/helm/sidetrack");
    static final String RELEASE = "demo";
    /** Takes the place of {@code helm.sh/hook}. */
    static final String HOOK = "test/hook";

    static final ObjectMapper YAML = new ObjectMapper(YAMLFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build());

    private static final String KUBERNETES = "1.32.0";
    private static final Map<Chart, Manifests> RENDERED = new ConcurrentHashMap<>();

    /** The chart with one of its examples, such as {@code minimal}. */
    static Chart example(String name) {
        return new Chart(withoutHooks(), List.of(FOLDER.resolve("examples/" + name + ".yaml")));
    }

    static List<String> examples() {
        try (Stream<Path> files = Files.list(FOLDER.resolve("examples"))) {
            return files.map(file -> file.getFileName().toString().replace(".yaml", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** This chart with further values, as YAML. */
    Chart with(String yaml) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            file.toFile().deleteOnExit();
            Files.writeString(file, yaml);
            return with(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Chart with(Path file) {
        List<Path> more = new ArrayList<>(values);
        more.add(file);
        return new Chart(folder, more);
    }

    /** @throws IllegalStateException if Helm rejects the values */
    String text() {
        return text(RELEASE);
    }

    /** @param release the name of the release */
    String text(String release) {
        TemplateCommand command = new Helm(folder)
                .template()
                .withName(release)
                .withNamespace("sidetrack")
                .withKubeVersion(KUBERNETES);
        values.forEach(command::withValuesFile);
        return command.call().replace(HOOK, "helm.sh/hook");
    }

    /** Each chart is rendered only once. */
    Manifests manifests() {
        return RENDERED.computeIfAbsent(this, chart -> Manifests.read(chart.text()));
    }

    /** What {@code helm install} prints. */
    String notes() {
        var command = new Helm(folder)
                .install()
                .withName(RELEASE)
                .withNamespace("sidetrack")
                .withKubeVersion(KUBERNETES)
                .clientOnly()
                .dryRun();
        values.forEach(command::withValuesFile);
        return command.call().getOutput().replaceFirst("(?s).*\nNOTES:\n", "");
    }

    /** What {@code helm lint --strict} reports, with these values merged into {@code values.yaml}. */
    List<String> lint() {
        try {
            Path copy = copy(folder);
            JsonNode all = YAML.readTree(copy.resolve("values.yaml").toFile());
            for (Path file : values) {
                merge((ObjectNode) all, (ObjectNode) YAML.readTree(file.toFile()));
            }
            YAML.writeValue(copy.resolve("values.yaml").toFile(), all);
            var result = new Helm(copy).lint().strict().call();
            List<String> problems = new ArrayList<>(result.getMessages());
            problems.removeIf(message -> message.startsWith("[INFO]"));
            if (result.isFailed() && problems.isEmpty()) {
                problems.add("failed");
            }
            return problems;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void merge(ObjectNode into, ObjectNode from) {
        from.properties().forEach(field -> {
            if (into.get(field.getKey()) instanceof ObjectNode old && field.getValue() instanceof ObjectNode value) {
                merge(old, value);
            } else {
                into.set(field.getKey(), field.getValue());
            }
        });
    }

    private static Path withoutHooks() {
        return HookFree.FOLDER;
    }

    /** Made once: the copy is the same for all tests. */
    private static final class HookFree {
        static final Path FOLDER = create();

        private static Path create() {
            try {
                Path copy = copy(Chart.FOLDER);
                Path job = copy.resolve("templates/provision.yaml");
                Files.writeString(job, Files.readString(job).replace("helm.sh/hook", HOOK));
                return copy;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static Path copy(Path chart) throws IOException {
        Path target = Files.createTempDirectory("chart").resolve("sidetrack");
        try (Stream<Path> files = Files.walk(chart)) {
            for (Path file : files.toList()) {
                Files.copy(file, target.resolve(chart.relativize(file).toString()));
            }
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(target.getParent())));
        return target;
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            files.sorted((a, b) -> b.compareTo(a)).forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
