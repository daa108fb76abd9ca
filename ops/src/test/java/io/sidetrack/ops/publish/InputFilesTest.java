package io.sidetrack.ops.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sidetrack.common.settings.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are read, and where their lines are. */
class InputFilesTest {
    @TempDir
    private Path folder;

    private Path file(String name) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, "x");
    }

    @Test
    void folderOfAnExportHasOnlyItsDataFiles() throws IOException {
        String export = "AWSDynamoDB/01693685827463-2d8752fd/";
        for (String name : List.of("_started", "manifest-summary.json", "manifest-files.json", "manifest-files.md5")) {
            file(export + name);
        }
        file(export + "data/.part.json.gz");
        file(export + "notes.txt");
        Path second = file(export + "data/b.json.gz");
        Path first = file(export + "data/a.json.gz");
        InputFiles files = InputFiles.of(List.of(folder));
        assertThat(files.files()).containsExactly(first, second);
        assertThat(files.found()).contains("2 files, 6 others ignored");
        assertThat(files.bytes()).isEqualTo(2);
        Path named = file("any");
        assertThat(InputFiles.of(List.of(second, named, folder)).files()).containsExactly(second, named, first, second);
        assertThat(InputFiles.of(List.of(named)).found()).isEmpty();
    }

    @Test
    void linksToFoldersAreFollowed() throws IOException {
        file("export/data/a.json");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("export"));
        assertThat(InputFiles.of(List.of(link)).files()).containsExactly(link.resolve("data/a.json"));
        Files.createSymbolicLink(folder.resolve("export/loop"), folder.resolve("export"));
        refused("cannot be read", link);
    }

    @Test
    void whatCannotBeReadIsRefusedInOneLine() throws IOException {
        file("two/AWSDynamoDB/1/manifest-summary.json");
        file("two/AWSDynamoDB/2/manifest-summary.json");
        file("two/AWSDynamoDB/data/a.json.gz");
        file("ion/data/a.ion.gz");
        file("none/a.csv");
        refused("contains 2 exports", folder.resolve("two"));
        refused("is Amazon Ion", folder.resolve("ion"));
        refused("is Amazon Ion", folder.resolve("ion/data/a.ion.gz"));
        refused("contains no file", folder.resolve("none"));
        refused("cannot be read", folder.resolve("missing"));
        refused("cannot be combined", Path.of("-"), folder.resolve("none/a.csv"));
        assertThat(InputFiles.of(List.of(Path.of("-"))).isStandardInput()).isTrue();
    }

    private static void refused(String problem, Path... named) {
        assertThatThrownBy(() -> InputFiles.of(List.of(named)))
                .isInstanceOf(StartupException.class)
                .hasMessageStartingWith("FILE ")
                .hasMessageContaining(problem);
    }

    @Test
    void positionsOfLinesIncreaseOverAllFiles() throws IOException {
        InputFiles files = InputFiles.of(List.of(file("a.json"), file("b's.json")));
        Path second = files.files().get(1);
        assertThat(InputFiles.position(1, 1)).isGreaterThan(InputFiles.position(0, 1_000_000_000_000L));
        long position = files.position(Optional.of(second), 7);
        assertThat(InputFiles.file(position)).isEqualTo(1);
        assertThat(InputFiles.line(position)).isEqualTo(7);
        assertThat(files.describe(position)).isEqualTo(second + " line 7");
        assertThat(files.options(position)).isEqualTo("--from-file '" + folder + "/b'\\''s.json' --from-line 7");
        assertThat(files.position(Optional.empty(), 1)).isEqualTo(InputFiles.position(0, 1));
        assertThatThrownBy(() -> files.position(Optional.empty(), 2))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("--from-file");
        assertThatThrownBy(() -> files.position(Optional.of(folder.resolve("c.json")), 2))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("not one of the files");
        InputFiles one = InputFiles.of(List.of(second));
        assertThat(one.options(one.position(Optional.empty(), 7))).isEqualTo("--from-line 7");
        assertThat(one.describe(one.position(Optional.empty(), 7))).isEqualTo("line 7");
    }
}
