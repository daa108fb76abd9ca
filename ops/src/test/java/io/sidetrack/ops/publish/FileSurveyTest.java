package io.sidetrack.ops.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonPointer;
import io.sidetrack.mapping.settings.WriteMode;
import io.sidetrack.ops.cost.WriteModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a file contains, without sending it. */
class FileSurveyTest {
    private static final WriteModel MODEL = new WriteModel(WriteMode.OVERWRITE, 1, OptionalInt.of(100), 0);

    private static FileSurvey read(Path folder, long fromLine, String... lines) throws IOException {
        Path file = folder.resolve("file.jsonl");
        Files.write(file, List.of(lines));
        FileRecords records =
                new FileRecords(new PlainLines(JsonPointer.compile("/id"), LineTimestamp.of(null)), 5_000);
        return FileSurvey.read(records, InputFiles.of(List.of(file)), InputFiles.position(0, fromLine), MODEL);
    }

    @Test
    void sizesOfAllLinesAreAdded(@TempDir Path folder) throws IOException {
        FileSurvey survey = read(folder, 1, "{\"id\":\"a\"}", "", "{\"id\":\"%s\"}".formatted("b".repeat(1_500)));
        assertThat(survey.lines()).containsExactly("2 records, 1,519 bytes; items of 752 bytes on average");
        // One and two units in the table, and one in the index each.
        assertThat(survey.units()).isEqualTo(new WriteModel.Units(5, 0));
        assertThat(survey.hasBadLines()).isFalse();
    }

    @Test
    void lineThatCannotBeReadIsNamed(@TempDir Path folder) throws IOException {
        Path torn = Files.write(folder.resolve("torn.gz"), new byte[] {0x1F, (byte) 0x8B, 8});
        FileRecords records = new FileRecords(new PlainLines(JsonPointer.compile("/id"), LineTimestamp.of(null)), 9);
        assertThatThrownBy(() ->
                        FileSurvey.read(records, InputFiles.of(List.of(torn, torn)), InputFiles.position(0, 1), MODEL))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("torn.gz line 1: the file ends within the header");
    }

    @Test
    void badLinesAreNamedFromTheFirstLineOn(@TempDir Path folder) throws IOException {
        String[] lines = {"[]", "{\"id\":1}", "{}", "x".repeat(6_000)};
        assertThat(read(folder, 1, lines).lines())
                .contains("3 lines cannot be sent:", "  line 1 is JSON, but not an object")
                .contains("  line 4 has 6000 bytes, more than publish sends");
        FileSurvey rest = read(folder, 2, lines);
        assertThat(rest.lines()).contains("2 lines cannot be sent:");
        assertThat(rest.hasBadLines()).isTrue();
    }
}
