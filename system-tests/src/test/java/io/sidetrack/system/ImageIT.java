package io.sidetrack.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sidetrack.sandbox.FreePort;
import io.sidetrack.sandbox.Jars;
import io.sidetrack.sandbox.SandboxBroker;
import io.sidetrack.sandbox.SandboxTopics;
import io.sidetrack.sandbox.ServiceProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an image of a service contains and runs, without a container: its two jars, its archive of classes and its commands. */
class ImageIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Map<String, String> JDK = Map.of("JAVA_HOME", System.getProperty("java.home"));

    @TempDir
    private Path app;

    @Test
    void routerStartsFromTheLayersWithTheArchiveAndItsHealthCheckFollowsThePort() throws Exception {
        List<String> command = entryPoint("router");
        layers(Jars.ofThisCheckout().router(), app);
        archive(command);
        int port = FreePort.find();
        Map<String, String> environment = new HashMap<>(Map.of("ROUTER_HTTP_PORT", Integer.toString(port)));
        assertThat(healthCheck("router", environment)).isNotZero();
        try (SandboxBroker broker = SandboxBroker.start();
                SandboxTopics topics = new SandboxTopics(broker.bootstrapServers())) {
            topics.create("orders", 1, Map.of());
            for (String lane : List.of("orders-live", "orders-backfill", "orders-dead-letters")) {
                topics.createLane(lane, 1);
            }
            environment.put("KAFKA_BOOTSTRAP_SERVERS", broker.bootstrapServers());
            environment.put("ROUTER_SOURCE_TOPIC", "orders");
            List<String> java = new ArrayList<>(command.subList(1, command.size()));
            java.add(0, "-Xlog:class+load:file=" + app.resolve("loaded"));
            try (ServiceProcess router =
                    ServiceProcess.java("router", java, environment, app.resolve("out"), app.resolve("err"))) {
                router.awaitReady(port, SOON);
                assertThat(healthCheck("router", environment)).isZero();
                environment.put("ROUTER_HTTP_HOST", "127.0.0.1");
                assertThat(healthCheck("router", environment)).isZero();
                router.terminate();
                assertThat(router.exitCode(SOON)).as(router::output).isZero();
            }
        }
        assertThat(healthCheck("router", environment)).isNotZero();
        assertThat(Files.readString(app.resolve("loaded")))
                .contains("io.sidetrack.router.RouterMain source: shared objects file (top)");
    }

    @Test
    void sameLibrariesAreTheSameLayerForEveryVersion() throws Exception {
        layers(jar("io/sidetrack/A.class", "org/x/B.class", "META-INF/services/x"), app.resolve("1"));
        layers(
                jar("META-INF/services/x", "META-INF/maven/io.sidetrack/pom.xml", "org/x/B.class", "logback.xml"),
                app.resolve("2"));
        assertThat(app.resolve("1/libraries.jar")).hasSameBinaryContentAs(app.resolve("2/libraries.jar"));
        assertThat(names(app.resolve("1/libraries.jar"))).contains("org/x/B.class", "META-INF/services/x");
        assertThat(names(app.resolve("1/sidetrack.jar"))).contains("io/sidetrack/A.class");
        assertThat(names(app.resolve("2/sidetrack.jar")))
                .contains("META-INF/maven/io.sidetrack/pom.xml", "logback.xml");
    }

    @Test
    void fileThatIsNoJarIsRefusedInOneLine() throws Exception {
        Path text = Files.writeString(app.resolve("text"), "no jar");
        String script = ROOT.resolve("scripts/image-layers.sh").toString();
        for (Path path : List.of(app.resolve("missing.jar"), app, text)) {
            assertThat(run(JDK, script, path.toString(), app.resolve("layers").toString()))
                    .isEqualTo(2);
            assertThat(Files.readString(app.resolve("command.out")).strip())
                    .startsWith("image-layers.sh: " + path + ": ")
                    .hasLineCount(1);
        }
        assertThat(app.resolve("layers")).doesNotExist();
    }

    private Path jar(String... entries) throws IOException {
        Path jar = Files.createTempFile(app, "program", ".jar");
        try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), new Manifest())) {
            for (String entry : entries) {
                out.putNextEntry(new JarEntry(entry));
                out.write(entry.getBytes(UTF_8));
            }
        }
        return jar;
    }

    private static List<String> names(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream().map(JarEntry::getName).toList();
        }
    }

    /** The image's command, with this test's folder in place of the image's. */
    private List<String> entryPoint(String module) throws IOException {
        return json(module, Pattern.compile("(?m)^ENTRYPOINT (\\[.*])$")).stream()
                .map(word -> word.replace("/app/", app + "/"))
                .toList();
    }

    private int healthCheck(String module, Map<String, String> environment) throws Exception {
        return run(
                environment,
                json(module, Pattern.compile("(?m)^HEALTHCHECK .*\\\\\\R\\s*CMD (\\[.*])$"))
                        .toArray(new String[0]));
    }

    private static List<String> json(String module, Pattern instruction) throws IOException {
        Matcher words =
                instruction.matcher(Files.readString(ROOT.resolve(module).resolve("Dockerfile")));
        assertThat(words.find()).isTrue();
        return List.of(new ObjectMapper().readValue(words.group(1), String[].class));
    }

    private void layers(Path jar, Path target) throws Exception {
        String script = ROOT.resolve("scripts/image-layers.sh").toString();
        assertThat(run(JDK, script, jar.toString(), target.toString())).isZero();
    }

    /** Writes the archive, as the image's build does, but of fewer classes. */
    private void archive(List<String> command) throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> program = command.subList(command.indexOf("-cp"), command.size());
        List<String> writes = new ArrayList<>(
                List.of(java, "-XX:ArchiveClassesAtExit=" + app.resolve("classes.jsa"), "-Xlog:disable"));
        writes.addAll(program);
        writes.add("--version");
        assertThat(run(Map.of(), writes.toArray(new String[0]))).isZero();
        assertThat(app.resolve("classes.jsa")).isNotEmptyFile();
    }

    private int run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(app.resolve("command.out").toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS))
                .as(() -> String.join(" ", command))
                .isTrue();
        return process.exitValue();
    }
}
