package io.sidetrack.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Every command has what all commands have, and the documentation says so. */
class CommandsTest {
    /** The commands without JSON, and why. */
    private static final Map<String, String> WITHOUT_JSON = Map.of("completion", "prints a script for a shell");

    private final CommandsPage page = CommandsPage.read();

    /** The commands that do something, by the words after {@code sidetrack}. */
    static Map<String, CommandSpec> leaves() {
        PrintWriter nowhere = new PrintWriter(new StringWriter());
        Map<String, CommandSpec> leaves = new TreeMap<>();
        collect(SidetrackMain.commandLine(new Environment(Map.of()), nowhere, nowhere), leaves);
        return leaves;
    }

    private static void collect(CommandLine command, Map<String, CommandSpec> leaves) {
        if (command.getSubcommands().isEmpty()) {
            leaves.put(
                    command.getCommandSpec().qualifiedName().replaceFirst("^sidetrack ", ""), command.getCommandSpec());
        }
        command.getSubcommands().values().forEach(sub -> collect(sub, leaves));
    }

    @Test
    void everyCommandThatReportsHasJson() {
        Map<String, CommandSpec> leaves = leaves();
        assertThat(leaves).hasSizeGreaterThan(10);
        leaves.forEach((name, spec) ->
                assertThat(spec.findOption("--json") != null).as(name).isEqualTo(!WITHOUT_JSON.containsKey(name)));
        assertThat(page.commandsWithFields())
                .containsExactlyElementsOf(leaves.keySet().stream()
                        .filter(name -> !WITHOUT_JSON.containsKey(name))
                        .toList());
    }

    @Test
    void helpAndDocumentationStateTheSameExitCodes() {
        Map<String, List<String>> stated = new TreeMap<>();
        leaves().forEach((name, spec) -> {
            Map<String, String> codes = spec.usageMessage().exitCodeList();
            assertThat(codes.keySet()).as(name).isSubsetOf("0", "1", "2").contains("0", "2");
            List<String> texts = new ArrayList<>();
            for (String code : List.of("0", "1", "2")) {
                texts.add(codes.getOrDefault(code, ""));
            }
            stated.put(name, texts);
            StringWriter help = new StringWriter();
            spec.commandLine().usage(new PrintWriter(help));
            assertThat(help.toString()).as(name).contains("Exit codes:").contains("  2   ");
        });
        assertThat(page.exitCodes()).isEqualTo(stated);
    }
}
