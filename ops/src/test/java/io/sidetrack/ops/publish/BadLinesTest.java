package io.sidetrack.ops.publish;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of bad lines never costs a line. */
class BadLinesTest {
    @TempDir
    private Path folder;

    @Test
    void secondRunAppendsAndABrokenLineStaysALine() throws IOException {
        Path file = folder.resolve("bad");
        Path input = Files.writeString(folder.resolve("input"), "x\n");
        try (BadLines bad = BadLines.open(file, input)) {
            bad.add("one".getBytes(UTF_8));
            bad.stream().write("tw".getBytes(UTF_8));
        }
        try (BadLines bad = BadLines.open(file, input)) {
            bad.add("three".getBytes(UTF_8));
        }
        assertThat(Files.readString(file)).isEqualTo("one\ntw\nthree\n");
    }

    @Test
    void inputIsRefusedWhateverItIsCalled() throws IOException {
        Path input = Files.writeString(folder.resolve("input"), "x\n");
        Path symbolic = Files.createSymbolicLink(folder.resolve("symbolic"), input);
        Path hard = Files.createLink(folder.resolve("hard"), input);
        Path around = Files.createDirectory(folder.resolve("d")).resolve("..").resolve("input");
        for (Path name : new Path[] {input, symbolic, hard, around}) {
            assertThatThrownBy(() -> BadLines.open(name, input))
                    .isInstanceOf(StartupException.class)
                    .hasMessage(
                            "--skip-bad-lines=" + name + ": this is the file that is published. Name another file.");
            assertThatThrownBy(() -> BadLines.open(input, name)).isInstanceOf(StartupException.class);
        }
        assertThat(Files.readString(input)).isEqualTo("x\n");
    }

    @Test
    void twoRunsDoNotWriteToOneFile() throws IOException {
        Path file = folder.resolve("bad");
        Path input = folder.resolve("input");
        try (BadLines first = BadLines.open(file, input)) {
            assertThatThrownBy(() -> BadLines.open(file, input))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("another run writes to it");
            first.add(new byte[] {'a'});
        }
        BadLines.open(file, input).close();
        assertThat(Files.readString(file)).isEqualTo("a\n");
    }

    @Test
    void fileThatCannotBeCreatedIsALineWithTheOption() {
        assertThatThrownBy(() -> BadLines.open(folder.resolve("none").resolve("bad"), folder.resolve("input")))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--skip-bad-lines=")
                .hasMessageContaining("cannot be written");
    }
}
