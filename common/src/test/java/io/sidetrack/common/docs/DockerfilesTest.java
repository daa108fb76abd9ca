package io.sidetrack.common.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The images, as far as they can be checked without building them. {@code ImageIT} runs what they contain. */
class DockerfilesTest {
    /** The instructions of a Dockerfile, each in one line. */
    private static List<String> instructions(String module) {
        String text = Documents.read(Documents.ROOT.resolve(module).resolve("Dockerfile"))
                .replaceAll("(?m)^#.*\\R", "")
                .replaceAll("\\\\\\R\\s*", "");
        return text.lines().filter(line -> !line.isBlank()).toList();
    }

    @ParameterizedTest
    @CsvSource({"router", "writer", "ops"})
    void imageRunsAsAnotherUserThanRootOnAPinnedBase(String module) {
        List<String> instructions = instructions(module);
        List<String> bases =
                instructions.stream().filter(line -> line.startsWith("FROM ")).toList();
        assertThat(bases).hasSize(2);
        assertThat(bases.get(1)).matches("FROM eclipse-temurin:17[\\w.-]+@sha256:[0-9a-f]{64}");
        List<String> image = instructions.subList(instructions.indexOf(bases.get(1)), instructions.size());
        assertThat(image).noneMatch(line -> line.startsWith("ADD "));
        assertThat(image).filteredOn(line -> line.startsWith("USER ")).containsExactly("USER 10001");
        // Layers that change more often come later, and the archive after the jars that it describes.
        assertThat(image)
                .containsSubsequence(
                        "COPY --from=build /layers/libraries.jar /app/",
                        "COPY --from=build /layers/sidetrack.jar /app/")
                .filteredOn(line -> line.contains("ArchiveClassesAtExit"))
                .singleElement()
                .satisfies(line -> assertThat(image.indexOf(line))
                        .isGreaterThan(image.indexOf("COPY --from=build /layers/sidetrack.jar /app/"))
                        .isLessThan(image.indexOf("USER 10001")));
    }

    @ParameterizedTest
    @CsvSource({
        "router, io.sidetrack.router.RouterMain",
        "writer, io.sidetrack.writer.WriterMain",
        "ops, io.sidetrack.ops.SidetrackMain"
    })
    void programIsTheFirstProcessSoThatItReceivesSignals(String module, String main) throws IOException {
        String entry = instructions(module).stream()
                .filter(line -> line.startsWith("ENTRYPOINT "))
                .findFirst()
                .orElseThrow();
        String[] command = new ObjectMapper().readValue(entry.substring("ENTRYPOINT ".length()), String[].class);
        assertThat(Arrays.asList(command))
                .startsWith("java")
                .contains("-XX:SharedArchiveFile=/app/classes.jsa", "/app/sidetrack.jar:/app/libraries.jar")
                .endsWith(main);
    }
}
