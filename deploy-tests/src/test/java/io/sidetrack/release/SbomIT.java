package io.sidetrack.release;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The software bill of materials of each program names the libraries in its jar. */
class SbomIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest
    @CsvSource({"router, 20", "writer, 40", "ops, 35"})
    void namesTheLibrariesInTheJar(String program, int least) throws IOException {
        Path target = Path.of("..", program, "target");
        JsonNode bom = JSON.readTree(
                target.resolve("sidetrack-" + program + ".cdx.json").toFile());
        assertThat(bom.get("bomFormat").asText()).isEqualTo("CycloneDX");
        assertThat(bom.at("/metadata/component/purl").asText())
                .startsWith("pkg:maven/io.sidetrack/sidetrack-" + program);
        Map<String, String> named = new TreeMap<>();
        for (JsonNode component : bom.get("components")) {
            String name = component.get("group").asText() + ":"
                    + component.get("name").asText();
            named.put(name, component.get("version").asText());
            assertThat(component.get("purl").asText()).as(name).startsWith("pkg:maven/");
            assertThat(component.get("hashes")).as(name).isNotEmpty();
            if (!name.startsWith("io.sidetrack:")) {
                assertThat(component.get("licenses")).as(name).isNotEmpty();
            }
        }
        assertThat(named).hasSizeGreaterThanOrEqualTo(least).containsKey("org.apache.kafka:kafka-clients");
        assertThat(named.keySet()).noneMatch(name -> name.matches(".*(rocksdb|junit|assertj|netty|DynamoDBLocal).*"));
        if (!program.equals("router")) {
            assertThat(named).containsKey("software.amazon.awssdk:dynamodb");
        }
        Map<String, String> inTheJar = librariesIn(target.resolve("sidetrack-" + program + ".jar"));
        assertThat(inTheJar).hasSizeGreaterThan(10);
        assertThat(named).containsAllEntriesOf(inTheJar);
    }

    /** The libraries that left their Maven coordinates in the jar. */
    private static Map<String, String> librariesIn(Path jar) throws IOException {
        Map<String, String> libraries = new TreeMap<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : file.stream().toList()) {
                if (entry.getName().matches("META-INF/maven/[^/]+/[^/]+/pom.properties")) {
                    Properties properties = new Properties();
                    try (InputStream in = file.getInputStream(entry)) {
                        properties.load(in);
                    }
                    libraries.put(
                            properties.getProperty("groupId") + ":" + properties.getProperty("artifactId"),
                            properties.getProperty("version"));
                }
            }
        }
        libraries.keySet().removeIf(name -> name.matches("io.sidetrack:sidetrack-(router|writer|ops)"));
        return libraries;
    }
}
