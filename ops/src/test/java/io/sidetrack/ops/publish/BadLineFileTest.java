package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of bad lines loses no line. */
class BadLineFileTest {
    @TempDir
    private Path folder;

    @Test
    void appendsAndCompletesABrokenLine() throws IOException {
        Path file = folder.resolve("bad");
        Path input = Files.writeString(folder.resolve("input"), "x\n");
        try (BadLineFile bad = BadLineFile.open(file, List.of(input))) {
            bad.add("one".getBytes(UTF_8));
            bad.stream().write("tw".getBytes(UTF_8));
        }
        try (BadLineFile bad = BadLineFile.open(file, List.of(input))) {
            bad.add("three".getBytes(UTF_8));
        }
        assertThat(Files.readString(file)).isEqualTo("one\ntw\nthree\n");
    }

    @Test
    void refusesTheInputByAnyName() throws IOException {
        Path input = Files.writeString(folder.resolve("input"), "x\n");
        Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic"), input);
        Path hard = Files.createLink(folder.resolve("hard"), input);
        Path around = Files.createDirectory(folder.resolve("d")).resolve("..").resolve("input");
        for (Path name : new Path[] {input, symbolic, hard, around}) {
            assertThatThrownBy(() -> BadLineFile.open(name, List.of(input)))
                    .isInstanceOf(StartupException.class)
                    .hasMessage("--skip-bad-lines=" + name + ": this is the published file. Name another file.");
            assertThatThrownBy(() -> BadLineFile.open(input, List.of(name))).isInstanceOf(StartupException.class);
        }
        assertThat(Files.readString(input)).isEqualTo("x\n");
    }

    @Test
    void refusesAFileThatAnotherRunWrites() throws IOException {
        Path file = folder.resolve("bad");
        Path input = folder.resolve("input");
        try (BadLineFile first = BadLineFile.open(file, List.of(input))) {
            assertThatThrownBy(() -> BadLineFile.open(file, List.of(input)))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("another run is writing to it");
            first.add(new byte[] {'a'});
        }
        BadLineFile.open(file, List.of(input)).close();
        assertThat(Files.readString(file)).isEqualTo("a\n");
    }

    @Test
    void namesTheOptionOfAFileThatCannotBeCreated() {
        assertThatThrownBy(
                        () -> BadLineFile.open(folder.resolve("none").resolve("bad"), List.of(folder.resolve("input"))))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--skip-bad-lines=")
                .hasMessageContaining("cannot be written");
    }
}
