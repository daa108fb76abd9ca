package io.sidetrack.ops;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sidetrack completion}. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = {
            "Prints a script that completes commands, options and their values in a shell. Load it with: source"
                    + " <(sidetrack completion bash)",
            "The script completes the commands sidetrack and sidetrack.sh; for another name, such as that of an alias,"
                    + " add: complete -F _complete_sidetrack NAME"
        },
        exitCodeListHeading = ExitCodes.HEADING,
        exitCodeList = {ExitCodes.DONE, ExitCodes.INVALID})
final class CompletionCommand implements Callable<Integer> {
    /** The shells. */
    enum Shell {
        BASH,
        ZSH;

        /** As users write it, and as completion proposes it. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh.")
    private Shell shell;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        switch (shell) {
            // In zsh, the same script first loads the emulation of bash's completion.
            case BASH, ZSH ->
                out.print(AutoComplete.bash("sidetrack", spec.root().commandLine()));
        }
        out.flush();
        return 0;
    }
}
