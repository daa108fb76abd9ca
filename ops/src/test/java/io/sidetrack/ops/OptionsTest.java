package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** What a command accepts as the value of an option, before it connects to anything. */
class OptionsTest {
    @TempDir
    Path folder;

    private final StringWriter err = new StringWriter();

    private int run(String... arguments) {
        CommandLine sidetrack = SidetrackMain.commandLine(
                new Environment(Map.of()), new PrintWriter(new StringWriter()), new PrintWriter(err));
        int code = sidetrack.execute(arguments);
        sidetrack.getErr().flush();
        return code;
    }

    private int publish(String backfill) throws Exception {
        Path file = Files.writeString(folder.resolve("f.jsonl"), "{\"id\":1}\n");
        return run("publish", file.toString(), "--key", "/id", "--dry-run", "--backfill", backfill);
    }

    /** Such records could not be paused: every command that takes the name refuses it. */
    @ParameterizedTest
    @ValueSource(strings = {"", "a\nb", "\u202ea", " 0 ", "False", "LONG", "LONG_UTF8"})
    void recordsAreNotMarkedWithANameThatNoOtherCommandTakes(String text) throws Exception {
        String name = text.equals("LONG") ? "x".repeat(101) : text.equals("LONG_UTF8") ? "é".repeat(51) : text;
        assertThat(publish(name)).isEqualTo(2);
        assertThat(err.toString().strip())
                .startsWith("sidetrack: --backfill=")
                .contains("Give the backfill another name")
                .hasLineCount(1);
        err.getBuffer().setLength(0);
        assertThat(run("replay", "--topic", "t", "--from", "1h", "--backfill", name))
                .isEqualTo(2);
        assertThat(err.toString().strip()).startsWith("sidetrack: --backfill=").hasLineCount(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/é \"1\"", "0.1", "NAME"})
    void recordsAreMarkedWithAnyOther(String text) throws Exception {
        assertThat(publish(text.equals("NAME") ? "x".repeat(100) : text))
                .as(err.toString())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"5", "5%", "5 %", "0.5%", "100%"})
    void aSampleIsAPercentageWithOrWithoutItsSign(String sample) {
        assertThat(run("verify", "--sample", sample)).isEqualTo(2);
        assertThat(err.toString()).startsWith("sidetrack: --table: not given");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0%", "101%", "%", "5%%", "NaN", "five"})
    void anotherSampleIsRefused(String sample) {
        assertThat(run("verify", "--sample", sample)).isEqualTo(2);
        assertThat(err.toString().strip())
                .contains("--sample")
                .contains("percentage above 0, up to 100")
                .hasLineCount(1);
    }
}
