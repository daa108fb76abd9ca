package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script for completion, in the shells themselves. */
class CompletionTest {
    /** Completes the last of some words, and prints the proposals. */
    private static final String COMPLETE = """
            . "$1"; shift
            compopt() { :; }
            COMP_WORDS=("$@")
            COMP_CWORD=$(($# - 1))
            COMP_LINE="$*"
            COMP_POINT=${#COMP_LINE}
            _complete_sidetrack
            printf '%s\\n' "${COMPREPLY[@]}"
            """;

    /** Types into a zsh on a terminal of its own, and prints what it shows. */
    private static final String TYPE_INTO_ZSH = """
            zmodload zsh/zpty
            zpty -b shell 'TERM=dumb zsh -f -i'
            zpty -w shell "PS1=; autoload -Uz compinit; compinit -u -D; . '$1'; echo lo''aded"
            zpty -r -m shell shown '*loaded*'
            zpty -n -w shell $'sidetrack pub\t'
            zpty -r -m shell shown '*publish*'
            all=$shown
            zpty -n -w shell $'--key-att\t'
            zpty -r -m shell shown '*key-attributes*'
            print -r -- ${(j: :)${(f)"$(print -r -- $all $shown)"}}
            zpty -d shell
            """;

    @TempDir
    private Path folder;

    private Path script;

    @BeforeEach
    void print() throws IOException {
        StringWriter out = new StringWriter();
        int code = SidetrackMain.commandLine(new Environment(Map.of()), new PrintWriter(out), new PrintWriter(out))
                .execute("completion", "bash");
        assertThat(code).isZero();
        script = Files.writeString(folder.resolve("completion"), out.toString());
    }

    private List<String> run(String... command) throws IOException, InterruptedException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            process.getOutputStream().close();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(output)).isZero();
            return Files.readAllLines(output).stream().map(String::strip).toList();
        } finally {
            process.destroyForcibly();
        }
    }

    private List<String> complete(String... words) throws IOException, InterruptedException {
        String[] command = new String[5 + words.length];
        System.arraycopy(new String[] {"bash", "-c", COMPLETE, "bash", script.toString()}, 0, command, 0, 5);
        System.arraycopy(words, 0, command, 5, words.length);
        return run(command);
    }

    @Test
    void bashCompletesCommandsOptionsAndValues() throws Exception {
        assertThat(run("bash", "-n", script.toString())).isEmpty();
        assertThat(complete("sidetrack", "pub")).containsExactly("publish");
        assertThat(complete("sidetrack", "dead-letters", "")).contains("list", "show", "replay");
        assertThat(complete("sidetrack", "publish", "--key-at")).containsExactly("--key-attributes");
        assertThat(complete("sidetrack", "dead-letters", "list", "--js")).containsExactly("--json");
        assertThat(complete("sidetrack", "publish", "--format", "dyn")).containsExactly("dynamodb");
        for (String command : CommandsTest.leaves().keySet()) {
            String[] words = ("sidetrack " + command + " --hel").split(" ", -1);
            assertThat(complete(words)).as(command).containsExactly("--help");
        }
    }

    @Test
    void zshCompletesCommandsAndOptions() throws Exception {
        boolean installed;
        try {
            installed = !run("zsh", "-c", "echo yes").isEmpty();
        } catch (IOException e) {
            installed = false;
        }
        if (!installed) {
            System.out.println("CompletionTest: zsh is not installed, so that completion in zsh is not tested");
        }
        assumeTrue(installed);
        assertThat(run("zsh", "-f", "-n", script.toString())).isEmpty();
        assertThat(run("zsh", "-f", "-c", TYPE_INTO_ZSH, "zsh", script.toString()))
                .anyMatch(line -> line.contains("publish") && line.contains("--key-attributes"));
    }
}
